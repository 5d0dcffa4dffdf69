//! The words that all layers share: frames, times, sides, endpoints.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU64;

/// A packet's place: the input file (in the order given) and Wireshark's 1-based number within it. Eight bytes, as is
/// the `Option` of it: facts hold many.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Frame(NonZeroU64);

/// Bits of the number, which is kept plus one so that no place is zero.
const NUMBER_BITS: u32 = 48;
/// The largest number that is told apart.
const NUMBER_MAX: u64 = (1 << NUMBER_BITS) - 2;

impl Frame {
    /// Packet `number` of input file `file`; numbers beyond 2^48 - 2 are all the same.
    #[inline]
    pub const fn new(file: u16, number: u64) -> Self {
        let number = if number < NUMBER_MAX { number } else { NUMBER_MAX };
        Self(NonZeroU64::MIN.saturating_add((file as u64) << NUMBER_BITS | number))
    }

    /// The frame so many packets later in its file.
    pub fn later(self, packets: u64) -> Self {
        Self::new(self.file(), self.number().saturating_add(packets))
    }

    fn bits(self) -> u64 {
        self.0.get() - 1
    }

    /// Index of the input file.
    pub fn file(self) -> u16 {
        (self.bits() >> NUMBER_BITS) as u16
    }

    /// 1-based packet number within that file.
    pub fn number(self) -> u64 {
        self.bits() & ((1 << NUMBER_BITS) - 1)
    }
}

/// File 0, number 0: before the first packet.
impl Default for Frame {
    fn default() -> Self {
        Self::new(0, 0)
    }
}

/// `file:number`.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file(), self.number())
    }
}

/// Nanoseconds since the Unix epoch, as the capture says (not checked against any clock).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// Nanoseconds in a second.
pub const SECOND: i64 = 1_000_000_000;

impl Time {
    /// Nanoseconds from `earlier` to this time; negative when the clock stepped back.
    pub fn since(self, earlier: Time) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whole seconds since the epoch, rounded down.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }
}

/// RFC 3339 in UTC with nine decimals: `2026-11-20T12:00:00.000000000Z`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_nanosecond(i128::from(self.0)) {
            Ok(stamp) => write!(f, "{stamp:.9}"),
            Err(_) => f.write_str("0000-00-00T00:00:00.000000000Z"),
        }
    }
}

/// When and where something became known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// The packet.
    pub frame: Frame,
    /// Its time stamp.
    pub time: Time,
}

/// RFC 3339 in UTC of whole seconds since the epoch, as certificates count: `9999-12-31T23:59:59Z`. They reach
/// further than [`Time`] does; `None` outside of the years -9999 to 9999.
pub fn date(seconds: i64) -> Option<String> {
    let since = jiff::SignedDuration::from_secs(seconds);
    let moment = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0).checked_add(since).ok()?;
    Some(format!("{moment}Z"))
}

/// One of the two ends of a conversation: the client opened it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Who opened the conversation.
    Client,
    /// Who was called.
    Server,
}

impl Side {
    /// The peer's side.
    pub fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }

    /// 0 for the client, 1 for the server: for arrays with a place for each side.
    pub fn index(self) -> usize {
        self as usize
    }

    /// `client` or `server`, as the reports say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

/// An address, with a port where the protocol has ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// IPv4 or IPv6 address.
    pub addr: IpAddr,
    /// TCP or UDP port; `None` where there are none (ICMP).
    pub port: Option<u16>,
}

/// By family, address and port, as the derived order, but as numbers: lists of endpoints are long.
impl Ord for Endpoint {
    fn cmp(&self, other: &Self) -> Ordering {
        let port = |endpoint: &Self| endpoint.port.map_or(0, |port| u64::from(port) + 1);
        let (one, two) = (port(self), port(other));
        match (self.addr, other.addr) {
            (IpAddr::V4(this), IpAddr::V4(that)) => {
                let number = |v4: Ipv4Addr, port| u64::from(v4.to_bits()) << 32 | port;
                number(this, one).cmp(&number(that, two))
            }
            (this, that) => this.cmp(&that).then(one.cmp(&two)),
        }
    }
}

impl PartialOrd for Endpoint {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// In one or two words: tables of endpoints are asked for every exchange, and the derived hash feeds six.
impl Hash for Endpoint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let port = self.port.map_or(0, |port| u64::from(port) + 1);
        match self.addr {
            IpAddr::V4(v4) => state.write_u64(u64::from(v4.to_bits()) << 32 | port),
            IpAddr::V6(v6) => {
                state.write_u128(v6.to_bits());
                state.write_u64(port);
            }
        }
    }
}

/// `10.0.0.5:443`, `[2001:db8::1]:443`, or a bare address.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => SocketAddr::new(self.addr, port).fmt(f),
            None => self.addr.fmt(f),
        }
    }
}

/// What carries a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// TCP
    Tcp,
    /// UDP
    Udp,
    /// Neither ports nor streams: other IP protocols, as ICMP quotes them.
    Ip,
}

impl Transport {
    /// The name in machine-readable reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Ip => "ip",
        }
    }
}

/// Who talks to whom, and where the conversation began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ends {
    /// Who opened it.
    pub client: Endpoint,
    /// Who was called.
    pub server: Endpoint,
    /// What carries it.
    pub transport: Transport,
    /// Its first packet: the `flow` of the reports.
    pub flow: Frame,
}

/// How one direction of a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Close {
    /// A FIN, in order.
    Fin,
    /// A reset.
    Reset,
    /// Nothing more, while the capture went on for 30 s or longer.
    Silence,
    /// Nothing more, because the capture ended (or the flow was evicted).
    CaptureEnd,
}

/// Names an analyzer in the list of protocols; `proto` gives the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProtocolId(pub u8);

/// What a capture has of a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// A packet of the host was captured.
    pub sent: bool,
    /// A packet to the host was captured.
    pub received: bool,
}

/// A defect of the capture: how often, and where first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often.
    pub count: u64,
    /// First seen.
    pub first: Option<At>,
}

impl Tally {
    /// Counts one at `at`.
    pub fn add(&mut self, at: At) {
        self.count += 1;
        self.first.get_or_insert(at);
    }

    /// What was counted, when its frames count from so many packets later on.
    pub fn later(self, packets: u64) -> Self {
        let later = |at: At| At { frame: at.frame.later(packets), ..at };
        Self { first: self.first.map(later), ..self }
    }

    /// Adds what was counted elsewhere.
    pub fn join(&mut self, other: Self) {
        self.count += other.count;
        self.first = self.first.into_iter().chain(other.first).min();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_small_and_stand_in_the_order_of_files_and_numbers() {
        assert_eq!((size_of::<Frame>(), size_of::<Option<At>>()), (8, 16));
        let last = Frame::new(u16::MAX, u64::MAX);
        assert_eq!((last.file(), last.number()), (u16::MAX, NUMBER_MAX));
        let frames = [Frame::default(), Frame::new(0, 7), Frame::new(1, 0), Frame::new(1, 1), last];
        assert!(frames.is_sorted());
        assert_eq!((frames[1].file(), frames[1].number()), (0, 7));
    }

    #[test]
    fn certificates_reach_further_than_captures() {
        assert_eq!(date(0).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(date(253_402_300_799).as_deref(), Some("9999-12-31T23:59:59Z"));
        assert_eq!(date(-62_135_596_800).as_deref(), Some("0001-01-01T00:00:00Z"));
        assert_eq!((date(i64::MIN), date(i64::MAX)), (None, None));
    }
}
