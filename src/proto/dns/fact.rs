//! What happened to a question for a name.

use crate::units::At;
use std::net::IpAddr;

/// Which of the kin of DNS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// DNS proper (RFC 1035).
    Dns,
    /// Multicast DNS (RFC 6762).
    Mdns,
    /// LLMNR (RFC 4795).
    Llmnr,
    /// The name service of NetBIOS (RFC 1002).
    Nbns,
}

/// A question and its answer, or the want of one; an answer whose question was not captured, too. With an answer it stands
/// at the answer, else at the first question. An answer that came twice is reported twice.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Which protocol.
    pub dialect: Dialect,
    /// Opcode: 0 a query, 4 a notification, 5 an update (of NetBIOS: a registration).
    pub opcode: u8,
    /// The name asked for, without the last dot, in lower case, bytes that are no UTF-8 replaced; `.` for the root.
    /// A NetBIOS name is decoded, without its padding; its suffix as `<20>`.
    pub qname: Box<str>,
    /// The type asked for.
    pub qtype: u16,
    /// The class asked for.
    pub qclass: u16,
    /// The first question, where it was captured.
    pub question: Option<At>,
    /// The last question.
    pub repeated: Option<At>,
    /// How often it was asked in this conversation (0: not captured).
    pub attempts: u32,
    /// The question wanted recursion.
    pub recursive: bool,
    /// What came back; `None`: nothing.
    pub answer: Option<Answer>,
}

/// A response.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// RCODE, with the bits of EDNS above.
    pub rcode: u16,
    /// TC: the rest needs TCP.
    pub truncated: bool,
    /// AA: the server is responsible for the zone.
    pub authoritative: bool,
    /// RA: the server asks others.
    pub recursion_available: bool,
    /// Records in the answer section.
    pub answers: u16,
    /// Addresses of A and AAAA records in the answer section (at most 16).
    pub addresses: Vec<IpAddr>,
    /// The last target of a chain of CNAMEs, in lower case.
    pub canonical: Option<Box<str>>,
    /// Targets and ports of SRV records (at most 16), targets in lower case.
    pub services: Vec<(Box<str>, u16)>,
    /// The name that a PTR record gave.
    pub pointer: Option<Box<str>>,
    /// The authority section has a SOA: its owner, in lower case.
    pub zone: Option<Box<str>>,
    /// Extended DNS Errors (RFC 8914), at most 4.
    pub extended: Vec<ExtendedError>,
    /// The message could be read in part only: the first field that could not.
    pub flaw: Option<&'static str>,
}

/// An Extended DNS Error (RFC 8914).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendedError {
    /// INFO-CODE
    pub code: u16,
    /// EXTRA-TEXT, at most 200 characters.
    pub text: Box<str>,
}
