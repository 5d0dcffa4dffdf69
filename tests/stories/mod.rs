//! Hostile captures, made packet by packet: each story is a function of a number, so that none of them takes memory.

pub(crate) mod datagrams;
pub(crate) mod tcp;
pub(crate) mod tls;
mod wire;

pub(crate) use wire::Wire;

/// A story: the packets of its `n`th turn of `turns`.
pub(crate) struct Story {
    /// Name, as the large captures are asked for.
    pub(crate) name: &'static str,
    /// Turns of the large capture of issue and manual.
    pub(crate) turns: u64,
    /// Writes the packets of turn `n` of `turns`.
    pub(crate) turn: fn(wire: &mut Wire, n: u64, turns: u64),
}

/// All of them.
pub(crate) const STORIES: &[Story] = &[
    Story { name: "syn-flood", turns: 20_000_000, turn: tcp::syn_flood },
    Story { name: "syn-flood-many-servers", turns: 20_000_000, turn: tcp::syn_flood_many_servers },
    Story { name: "half-open", turns: 10_000_000, turn: tcp::half_open },
    Story { name: "port-scan", turns: 10_000_000, turn: tcp::port_scan },
    Story { name: "open-idle", turns: 2_000_000, turn: tcp::open_idle },
    Story { name: "open-hello", turns: 2_000_000, turn: tcp::open_one_byte },
    Story { name: "tiny-early", turns: 1_000_000, turn: tcp::tiny_early },
    Story { name: "tiny-early-shuffled", turns: 1_000_000, turn: tcp::tiny_early_shuffled },
    Story { name: "early-many", turns: 1_000_000, turn: tcp::early_many },
    Story { name: "ack-flood", turns: 20_000_000, turn: tcp::ack_flood },
    Story { name: "http-unfinished", turns: 1_000_000, turn: tcp::http_unfinished },
    Story { name: "http-errors", turns: 1_000_000, turn: tcp::http_errors },
    Story { name: "http-served", turns: 1_000_000, turn: tcp::http_served },
    Story { name: "tls-unfinished", turns: 100_000, turn: tls::unfinished },
    Story { name: "tls-unfinished-hello", turns: 1_000_000, turn: tls::unfinished_hello },
    Story { name: "tls-failing", turns: 1_000_000, turn: tls::failing },
    Story { name: "tls-certificates", turns: 500_000, turn: tls::certificates },
    Story { name: "udp-flood", turns: 20_000_000, turn: datagrams::udp_flood },
    Story { name: "dns-unanswered", turns: 20_000_000, turn: datagrams::dns_unanswered },
    Story { name: "dns-one-flow", turns: 20_000_000, turn: datagrams::dns_one_flow },
    Story { name: "dns-answered", turns: 10_000_000, turn: datagrams::dns_answered },
    Story { name: "dns-nxdomain", turns: 1_000_000, turn: datagrams::dns_nxdomain },
    Story { name: "krb-errors", turns: 1_000_000, turn: datagrams::krb_errors },
    Story { name: "icmp-errors", turns: 1_000_000, turn: datagrams::icmp_errors },
    Story { name: "hosts", turns: 20_000_000, turn: datagrams::hosts },
    Story { name: "fragments", turns: 10_000_000, turn: datagrams::fragments },
    Story { name: "fragments-tiny", turns: 10_000_000, turn: datagrams::fragments_tiny },
    Story { name: "ntp-clocks", turns: 10_000_000, turn: datagrams::ntp_clocks },
];

/// A number that looks like chance, always the same for the same `n` (splitmix64).
pub(crate) fn chance(n: u64) -> u64 {
    let mut z = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// An address of the `n`th of very many clients.
pub(crate) fn client(n: u64) -> u32 {
    // A bijection on 2^32: an odd multiplier. No client is met twice.
    (n as u32).wrapping_mul(0x9e37_79b1) ^ 0x0a00_0000
}
