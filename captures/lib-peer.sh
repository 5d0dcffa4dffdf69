# shellcheck shell=sh disable=SC2154
# Common to the cases about names of the local network, read after lib-dns.sh: another host in the
# network of the client, which it can ask without a resolver. 
#
# Debian 12: apt-get install avahi-daemon libnss-mdns llmnrd samba smbclient

peer=192.0.2.30
more=fw$$p

# peer: makes it; a bridge in the router joins it and the client.
peer() {
    ip netns add "$more"
    ip -n "$more" link set lo up
    leg "$more" p0 02:00:00:00:00:30 rp 02:00:00:00:00:03
    ip -n "$more" addr add $peer/24 broadcast + dev p0
    ip -n "$more" route add default via 192.0.2.1
    ip -n "$router" link add br0 address 02:00:00:00:00:01 type bridge
    for dev in rc rp; do ip -n "$router" link set $dev master br0; done
    ip -n "$router" addr del 192.0.2.1/24 dev rc
    ip -n "$router" addr add 192.0.2.1/24 dev br0
    ip -n "$router" link set br0 up
    ip -n "$client" addr del $c4b/24 dev c0
}

# on_peer COMMAND…: starts a server there.
on_peer() {
    ip netns exec "$more" "$@" >"$tmp/serve-peer.log" 2>&1 </dev/null &
    jobs_started="$jobs_started $!"
}

# with_avahi HOST INTERFACE [COMMAND…], to be put behind on_peer or try_client.
with_avahi="unshare --mount $bin/avahi.sh"

peer_web() {
    mkdir -p "$tmp/html"
    echo 'It works.' >"$tmp/html/index.html"
    on_peer python3 -m http.server --bind $peer --directory "$tmp/html" 80
    sleep 1
}

# smb_conf NAME: Samba's configuration for a file server of this name, open to guests.
smb_conf() {
    mkdir -p "$tmp/share"
    cat >"$tmp/smb.conf" <<CNF
[global]
    netbios name = $1
    workgroup = WORKGROUP
    interfaces = $peer/24
    bind interfaces only = yes
    map to guest = bad user
    host msdfs = no
    local master = no
    private dir = $tmp
    lock directory = $tmp
    state directory = $tmp
    cache directory = $tmp
    pid directory = $tmp
    ncalrpc dir = $tmp/ncalrpc
    log file = $tmp/samba.log
    rpc start on demand helpers = no
[public]
    path = $tmp/share
    guest ok = yes
CNF
}
