//! What happened to TCP connections, and ICMP errors about any conversation.

mod loss;
mod watch;

pub use watch::{Header, Hole, Watch};

use crate::units::{At, Side};
use std::net::IpAddr;

/// A fact about a connection attempt, a connection, or a packet that could not be delivered.
#[derive(Clone, Debug)]
pub enum Fact {
    /// The three-way handshake was seen to succeed (healthy: folded into aggregates).
    Opened(Opened),
    /// `tcp.refused`: RST in answer to a SYN. Stands at the first RST.
    Refused(Attempts),
    /// `tcp.unanswered`: no later packet of the server answered the SYN. Stands at the first SYN.
    Unanswered(Attempts),
    /// `tcp.half_open`: SYN and SYN-ACK repeated, and nothing else of the client ever came. Stands at the first repeated SYN-ACK.
    HalfOpen(HalfOpen),
    /// `tcp.reset`: the first RST of a connection that was not refused. Stands at the RST.
    Reset(Reset),
    /// `tcp.accept_close`: the server closed first and neither side had sent a byte. Stands at the FIN or RST.
    AcceptClose {
        /// By RST rather than FIN.
        reset: bool,
    },
    /// `tcp.blackhole`: full-size segments sent again and again, none acknowledged, small ones were. Stands at the first lost one.
    Blackhole(Blackhole),
    /// `icmp.unreachable`. Stands at the ICMP message.
    Unreachable(Unreachable),
    /// `icmp.too_big`. Stands at the ICMP message.
    TooBig {
        /// Who sent the message.
        sender: IpAddr,
        /// Next-hop MTU, 0 when not said.
        mtu: u32,
    },
    /// `capture.gap`: bytes of a stream that somebody needed were not captured. Stands at the packet behind the hole.
    Gap {
        /// Whose bytes.
        side: Side,
        /// How many.
        bytes: u64,
    },
    /// The end of a connection whose handshake or data was seen (healthy: folded into aggregates; says who carried data).
    Closed {
        /// Payload bytes of each side by sequence numbers (client, server).
        bytes: [u64; 2],
    },
}

/// A connection that came to stand.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The first SYN.
    pub syn: At,
    /// Time from the (last) SYN to the SYN-ACK, nanoseconds.
    pub answer_ns: i64,
}

/// SYNs of one 4-tuple that led to nothing.
#[derive(Clone, Debug)]
pub struct Attempts {
    /// How many SYNs.
    pub attempts: u32,
    /// The first SYN.
    pub first: At,
    /// The last SYN.
    pub last: At,
    /// TTL of the RST, when there was one.
    pub rst_ttl: Option<u8>,
    /// An ICMP error that quoted the SYN: the message's place.
    pub icmp: Option<At>,
    /// The client's SYN alone is in the capture, and the client later acknowledges or sends data on the
    /// same 4-tuple: the answer exists, it was not captured.
    pub one_sided: bool,
}

/// A SYN-ACK that was never acknowledged.
#[derive(Clone, Debug)]
pub struct HalfOpen {
    /// SYN-ACKs seen.
    pub syn_acks: u32,
    /// The first SYN.
    pub syn: At,
    /// The last SYN-ACK.
    pub last: At,
}

/// The first reset of a connection.
#[derive(Clone, Debug)]
pub struct Reset {
    /// Who sent it, by its addresses.
    pub sender: Side,
    /// TTL of the reset.
    pub ttl: u8,
    /// TTLs that the same side used before (lowest, highest), where packets of it were seen.
    pub usual_ttl: Option<(u8, u8)>,
    /// Packets of that side, resets aside, whose TTLs can be compared with it.
    pub references: u32,
    /// The connection stood, or was under way when the capture began.
    pub established: bool,
    /// The same side had closed (FIN) before.
    pub after_fin: bool,
    /// New data of the "reset" side after its own RST, within the same connection.
    pub sender_went_on: Option<At>,
    /// Further RSTs of the same side at other sequence numbers, none behind its FIN.
    pub further: u32,
    /// Payload bytes of each side before it (client, server).
    pub bytes: [u64; 2],
    /// Silence before it, nanoseconds.
    pub idle_ns: i64,
}

/// Segments of one size that never arrive.
#[derive(Clone, Debug)]
pub struct Blackhole {
    /// Who sends them.
    pub sender: Side,
    /// Payload bytes of the smallest segment that never was acknowledged.
    pub lost_size: u32,
    /// Payload bytes of the largest segment of the same side that was acknowledged (0: none).
    pub passed_size: u32,
    /// Distinct sizes or sequence numbers lost.
    pub lost_segments: u32,
    /// Transmissions of them in all; 0 when only the receiver's end was captured.
    pub transmissions: u32,
    /// The receiver's MSS option.
    pub mss: Option<u16>,
    /// All of them had "don't fragment" set.
    pub dont_fragment: bool,
    /// One segment was sent at least four times, at growing intervals.
    pub backed_off: bool,
    /// The last transmission.
    pub last: At,
    /// The receiver showed (duplicate ACK, SACK) that later, smaller segments arrived.
    pub later_arrived: bool,
}

/// ICMP type 3 or ICMPv6 type 1.
#[derive(Clone, Debug)]
pub struct Unreachable {
    /// ICMPv6 rather than ICMP.
    pub v6: bool,
    /// Type
    pub kind: u8,
    /// Code
    pub code: u8,
    /// Who sent the message.
    pub sender: IpAddr,
    /// The quoted packet was the opening SYN of a TCP connection.
    pub quotes_syn: bool,
}
