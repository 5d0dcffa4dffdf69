//! Readings of clocks: what a host said the time was, beside the time of the capture.

use crate::units::{Side, Time};

/// Where a reading comes from; the most trustworthy first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The transmit time stamp of an NTP server that is synchronised.
    Ntp,
    /// stime or ctime of Kerberos, or the time stamp that a client put into its request in clear.
    Kerberos,
    /// The SystemTime of an SMB server.
    Smb2,
    /// The time stamp of an NTLM challenge.
    Ntlm,
    /// The Date of an HTTP response; whole seconds, and a proxy may have kept it.
    HttpDate,
}

/// One reading. It stands at the packet that carried it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Whose clock.
    pub side: Side,
    /// What it showed.
    pub clock: Time,
    /// Where it was read.
    pub source: Source,
}
