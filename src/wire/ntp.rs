//! NTP packets (RFC 5905 section 7.3): whose clock they show, and what it shows.

use super::cursor::Cursor;
use super::{Error, ErrorKind};

/// Seconds from 1900 to 1970.
const EPOCH: i64 = 2_208_988_800;

/// Seconds in an era.
const ERA: i64 = 1 << 32;

/// Leap indicator of a clock that is not synchronised.
const ALARM: u8 = 3;

/// What a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Of two peers (symmetric active or passive).
    Peer,
    /// A client asks.
    Client,
    /// A server answers, or tells everybody.
    Server,
}

/// A packet, without its extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Mode.
    pub mode: Mode,
    /// Version, 1 to 4.
    pub version: u8,
    /// Leap indicator: 3 is a clock that is not synchronised.
    pub leap: u8,
    /// Stratum: 0 is a kiss of death, 1 a primary server, 16 not synchronised.
    pub stratum: u8,
    /// When it was sent, nanoseconds since 1970, by the sender's clock (clients may send any number); `None`: it is 0.
    pub transmit: Option<i64>,
}

impl Packet {
    /// The sender's clock, where it is synchronised and tells the time.
    pub fn clock(&self) -> Option<i64> {
        let synchronised = self.leap != ALARM && (1..=15).contains(&self.stratum);
        self.transmit.filter(|_| synchronised && self.mode != Mode::Client)
    }
}

/// Reads a packet.
///
/// # Errors
/// `Invalid` for control and private messages and for versions that never were, `Short` when it is cut.
pub fn packet(bytes: &[u8]) -> Result<Packet, Error> {
    let mut cursor = Cursor::new(bytes);
    let first = cursor.u8("leap, version, mode")?;
    let invalid = Error { field: "leap, version, mode", at: 0, kind: ErrorKind::Invalid };
    let (leap, version) = (first >> 6, first >> 3 & 7);
    let mode = match first & 7 {
        1 | 2 => Mode::Peer,
        3 => Mode::Client,
        4 | 5 => Mode::Server,
        _ => return Err(invalid),
    };
    if !(1..=4).contains(&version) {
        return Err(invalid);
    }
    let stratum = cursor.u8("stratum")?;
    cursor.take(38, "receive timestamp")?;
    let transmit = timestamp(cursor.u32("transmit timestamp")?, cursor.u32("transmit timestamp")?);
    Ok(Packet { mode, version, leap, stratum, transmit })
}

/// Seconds and fraction as nanoseconds since 1970. Eras as in RFC 4330 section 3: without the top bit it is after 2036.
fn timestamp(seconds: u32, fraction: u32) -> Option<i64> {
    if (seconds, fraction) == (0, 0) {
        return None;
    }
    let era = if seconds & 1 << 31 == 0 { ERA } else { 0 };
    let since = i64::from(seconds) + era - EPOCH;
    let nanoseconds = (i64::from(fraction) * 1_000_000_000) >> 32;
    since.checked_mul(1_000_000_000)?.checked_add(nanoseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(first: u8, stratum: u8, seconds: u32, fraction: u32) -> Vec<u8> {
        let mut bytes = vec![0; 40];
        (bytes[0], bytes[1]) = (first, stratum);
        bytes.extend(seconds.to_be_bytes());
        bytes.extend(fraction.to_be_bytes());
        bytes
    }

    #[test]
    fn a_server_of_stratum_2_tells_the_time() {
        // 2026-01-01 00:00:00.5
        let read = packet(&reply(0o044, 2, 3_976_214_400, 1 << 31)).expect("is whole");
        assert_eq!((read.mode, read.version), (Mode::Server, 4));
        assert_eq!(read.clock(), Some(1_767_225_600_500_000_000));
    }

    #[test]
    fn time_goes_on_after_the_era() {
        let first = |seconds| packet(&reply(0o044, 1, seconds, 0)).expect("is whole").clock();
        let (before, after) = (first(u32::MAX).unwrap(), first(1).unwrap());
        assert_eq!(after - before, 2_000_000_000);
    }

    #[test]
    fn clocks_that_are_not_set_and_those_of_clients_tell_nothing() {
        let clock = |first, stratum, seconds| {
            packet(&reply(first, stratum, seconds, 0)).expect("is whole").clock()
        };
        assert_eq!(clock(0o344, 2, u32::MAX), None, "leap alarm");
        assert_eq!(clock(0o044, 0, u32::MAX), None, "kiss of death");
        assert_eq!(clock(0o044, 16, u32::MAX), None, "not synchronised");
        assert_eq!(clock(0o043, 2, u32::MAX), None, "a client may send any number");
        assert_eq!(clock(0o044, 2, 0), None, "no time");
    }

    #[test]
    fn other_messages_and_short_ones_are_told() {
        let kind = |bytes: &[u8]| packet(bytes).map_err(|flaw| flaw.kind).err();
        assert_eq!(kind(&reply(0o026, 0, 0, 0)), Some(ErrorKind::Invalid), "control");
        assert_eq!(kind(&reply(0o004, 0, 0, 0)), Some(ErrorKind::Invalid), "version 0");
        assert_eq!(kind(&reply(0o044, 0, 0, 0)[..47]), Some(ErrorKind::Short { need: 1 }));
    }
}
