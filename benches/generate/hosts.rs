//! Addresses and ports for what is placed: a company's clients, and a few servers for each case.

use super::case::{Case, Role};
use super::random::Random;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Clients, who take turns.
const CLIENTS: usize = 16_384;

/// The servers of a case exist so many times.
const SITES: usize = 8;

/// Servers of one case at most.
const SERVERS: usize = 16;

/// First of the ports that clients use.
const FIRST_PORT: u16 = 32_768;

/// The last part of an IPv4 address is 1 to 250, the part before it 0 to 249.
const PARTS: usize = 250;

/// Who has what address, and which of its ports come next. Hosts are numbers: clients first, then servers.
pub(crate) struct Hosts {
    next_client: usize,
    next_port: Vec<u16>,
}

/// Addresses for the hosts and ports for the sockets of a case.
pub(crate) struct Given {
    /// One for each of [`Case::hosts`].
    pub(crate) hosts: Vec<IpAddr>,
    /// One for each of [`Case::sockets`].
    pub(crate) ports: Vec<Option<u16>>,
}

impl Hosts {
    /// For so many cases.
    pub(crate) fn new(cases: usize) -> Self {
        let hosts = CLIENTS + cases * SITES * SERVERS;
        Self { next_client: 0, next_port: vec![FIRST_PORT; hosts] }
    }

    /// Addresses and ports for one more copy of a case; `number` tells it from other cases.
    pub(crate) fn place(&mut self, number: usize, case: &Case, random: &mut Random) -> Given {
        let servers = servers(number, random);
        let numbers = case.hosts.iter().enumerate().map(|(index, host)| match host.role {
            Role::Client => self.client(),
            Role::Server | Role::Group => servers + index % SERVERS,
        });
        let numbers: Vec<_> = numbers.collect();
        let hosts = case.hosts.iter().zip(&numbers).map(|(host, &number)| match host.role {
            Role::Group => host.address,
            Role::Client | Role::Server => address(number, host.address.is_ipv6()),
        });
        let ports = case.sockets.iter().map(|socket| match socket.is_fresh() {
            true => Some(self.port(numbers[socket.host])),
            false => socket.port,
        });
        Given { hosts: hosts.collect(), ports: ports.collect() }
    }

    /// A client with a port of its own and a server, for something that is no case but numbered with them.
    pub(crate) fn pair(
        &mut self,
        number: usize,
        random: &mut Random,
    ) -> ((Ipv4Addr, u16), Ipv4Addr) {
        let client = self.client();
        let server = servers(number, random);
        ((v4(client), self.port(client)), v4(server))
    }

    fn client(&mut self) -> usize {
        self.next_client = (self.next_client + 1) % CLIENTS;
        self.next_client
    }

    fn port(&mut self, host: usize) -> u16 {
        let port = self.next_port[host];
        self.next_port[host] = port.checked_add(1).unwrap_or(FIRST_PORT);
        port
    }
}

/// The first of the servers at one of a case's sites.
fn servers(number: usize, random: &mut Random) -> usize {
    let site = random.below(SITES as u64) as usize;
    CLIENTS + (number * SITES + site) * SERVERS
}

fn address(host: usize, v6: bool) -> IpAddr {
    if v6 { self::v6(host).into() } else { v4(host).into() }
}

/// Clients are in 10.0.0.0/16, servers from 172.16.0.0 on.
fn v4(host: usize) -> Ipv4Addr {
    let (server, number) = kind(host);
    let [a, b] = if server { [172, 16] } else { [10, 0] };
    let (net, part, last) = (number / PARTS / PARTS, number / PARTS % PARTS, number % PARTS + 1);
    Ipv4Addr::new(a, b + net as u8, part as u8, last as u8)
}

/// Clients are in 2001:db8::/64, servers in 2001:db8:0:1::/64.
fn v6(host: usize) -> Ipv6Addr {
    let (server, number) = kind(host);
    let [high, low] = [(number + 1) >> 16, number + 1].map(|part| part as u16);
    Ipv6Addr::new(0x2001, 0xdb8, 0, u16::from(server), 0, 0, high, low)
}

/// A server, and its number among those of its kind.
fn kind(host: usize) -> (bool, usize) {
    host.checked_sub(CLIENTS).map_or((false, host), |number| (true, number))
}
