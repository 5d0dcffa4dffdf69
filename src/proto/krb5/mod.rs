//! Kerberos: exchanges with a KDC, tickets shown to services, changes of passwords.

mod dialogue;
mod exchange;
mod fact;
mod kpasswd;
mod told;

pub use exchange::Exchanges;
pub use fact::{EtypeInfo, Exchange, Fact, KrbError, Outcome, PasswordChange, Place, Request};
pub use told::name;

use self::dialogue::{Datagrams, Dialogue, Stream};
use self::kpasswd::Changes;
use super::{KPASSWD, KPASSWD_TCP, KRB5, KRB5_TCP, Kind, Protocol, Verdict};
use crate::units::Side;
use crate::wire::Error;
use crate::wire::krb5::{self as wire, Start};

#[cfg(test)]
mod tests;

/// Kerberos over TCP, on any port: a length, then a message.
pub const PROTOCOL_TCP: Protocol = Protocol {
    id: KRB5_TCP,
    kind: Kind::Stream,
    ports: &[],
    probe: |_, bytes| framed(bytes, Exchanges::START),
    speaks: |bytes| bytes.get(PREFIX..).and_then(|bytes| speaker(wire::start(bytes))),
    new: |_| Box::new(Stream::new(Exchanges::new(Place::Kdc))),
};

/// Kerberos over UDP, on any port.
pub const PROTOCOL_UDP: Protocol = Protocol {
    id: KRB5,
    kind: Kind::Datagram,
    ports: &[],
    probe: |_, bytes| verdict(wire::start(bytes)),
    speaks: |bytes| speaker(wire::start(bytes)),
    new: |_| Box::new(Datagrams::new(Exchanges::new(Place::Kdc))),
};

/// The port of kpasswd.
const KPASSWD_PORT: u16 = 464;

/// Changes of passwords over TCP.
pub const KPASSWD_PROTOCOL_TCP: Protocol = Protocol {
    id: KPASSWD_TCP,
    kind: Kind::Stream,
    ports: &[KPASSWD_PORT],
    probe: |_, bytes| framed(bytes, Changes::START),
    speaks: |bytes| bytes.get(PREFIX..).and_then(|bytes| speaker(wire::kpasswd_start(bytes))),
    new: |_| Box::new(Stream::new(Changes::new())),
};

/// Changes of passwords over UDP.
pub const KPASSWD_PROTOCOL_UDP: Protocol = Protocol {
    id: KPASSWD,
    kind: Kind::Datagram,
    ports: &[KPASSWD_PORT],
    probe: |_, bytes| verdict(wire::kpasswd_start(bytes)),
    speaks: |bytes| speaker(wire::kpasswd_start(bytes)),
    new: |_| Box::new(Datagrams::new(Changes::new())),
};

/// Bytes of the length in front of a message over TCP (RFC 4120 section 7.2.2).
const PREFIX: usize = 4;

/// The longest message over TCP that is read; tickets end at 64 KiB, requests have two of them at most.
const MESSAGE_BYTES_MAX: usize = 132 << 10;

/// Whether a message begins behind a plausible length.
fn framed(bytes: &[u8], start: fn(&[u8]) -> Verdict) -> Verdict {
    match bytes.split_first_chunk::<PREFIX>() {
        Some((length, rest)) if u32::from_be_bytes(*length) as usize <= MESSAGE_BYTES_MAX => {
            start(rest)
        }
        None if bytes.first().is_none_or(|first| *first == 0) => Verdict::More,
        _ => Verdict::No,
    }
}

/// What a look at the beginning of a message says.
fn verdict(start: Result<Option<Start>, Error>) -> Verdict {
    match start {
        Ok(Some(_)) => Verdict::Yes,
        Ok(None) => Verdict::No,
        Err(_) => Verdict::More,
    }
}

fn speaker(start: Result<Option<Start>, Error>) -> Option<Side> {
    Some(match start.ok()?? {
        Start::Request => Side::Client,
        Start::Answer => Side::Server,
    })
}
