# shellcheck shell=sh disable=SC2154
# Common to the cases tcp-rst-injected*: a device in between ends connections to www.contoso.example.

# injector client|both: the device on the router, which resets the client or both sides.
injector() {
    # The forged reset must be there before the answer: real-time priority, and a key that takes its time.
    key=rsa:4096
    denver
    network
    nginx_tls mail.chain TLSv1.2
    ip netns exec "$router" chrt --fifo 50 python3 "$bin/inject.py" rc www.contoso.example 115 "$1" >"$tmp/inject.log" &
    jobs_started="$jobs_started $!"
    until grep -qs ready "$tmp/inject.log"; do sleep 0.1; done
}

# visits: another client gets through to another name; this one is reset, twice.
visits() {
    try_client curl --interface $c4b --cacert "$tmp/denver.crt" https://mail.contoso.example/
    for _ in 1 2; do
        try_client curl --cacert "$tmp/denver.crt" https://www.contoso.example/
        sleep 1
    done
}
