//! The kept facts of one protocol, each as what it is: what rules walk over.

use super::{Facts, Kept, Kind};
use crate::proto::tls::Handshake;
use crate::proto::{Fact, auth, dns, http, krb5, plain, tcp, tls};

impl Facts {
    /// The TLS handshakes that are kept: all that did not complete, and completed ones in which one side sent no data.
    pub fn handshakes(&self) -> impl Iterator<Item = (&Kept, &Handshake)> {
        self.each(Kind::Handshake, |fact| match fact {
            Fact::Tls(tls::Fact::Handshake(handshake)) => Some(&**handshake),
            _ => None,
        })
    }

    /// Resets of TCP connections that had come to stand.
    pub fn resets(&self) -> impl Iterator<Item = (&Kept, &tcp::Reset)> {
        self.each(Kind::Reset, |fact| match fact {
            Fact::Tcp(tcp::Fact::Reset(reset)) => Some(reset),
            _ => None,
        })
    }

    /// What else happened to TCP connections, and ICMP errors.
    pub fn tcp(&self) -> impl Iterator<Item = (&Kept, &tcp::Fact)> {
        self.each(Kind::Tcp, |fact| match fact {
            Fact::Tcp(fact) => Some(fact),
            _ => None,
        })
    }

    /// Conversations in the clear.
    pub fn plain(&self) -> impl Iterator<Item = (&Kept, &plain::Fact)> {
        self.each(Kind::Plain, |fact| match fact {
            Fact::Plain(fact) => Some(&**fact),
            _ => None,
        })
    }

    /// Questions to DNS and its kin.
    pub fn dns(&self) -> impl Iterator<Item = (&Kept, &dns::Exchange)> {
        self.each(Kind::Dns, |fact| match fact {
            Fact::Dns(exchange) => Some(&**exchange),
            _ => None,
        })
    }

    /// Requests of HTTP.
    pub fn http(&self) -> impl Iterator<Item = (&Kept, &http::Exchange)> {
        self.each(Kind::Http, |fact| match fact {
            Fact::Http(exchange) => Some(&**exchange),
            _ => None,
        })
    }

    /// Requests to KDCs, and tickets that were shown.
    pub fn krb5(&self) -> impl Iterator<Item = (&Kept, &krb5::Fact)> {
        self.each(Kind::Krb5, |fact| match fact {
            Fact::Krb5(fact) => Some(fact),
            _ => None,
        })
    }

    /// Tokens of authentication.
    pub fn auth(&self) -> impl Iterator<Item = (&Kept, &auth::Fact)> {
        self.each(Kind::Auth, |fact| match fact {
            Fact::Auth(fact) => Some(fact),
            _ => None,
        })
    }

    fn each<'a, T: 'a>(
        &'a self,
        kind: Kind,
        pick: impl Fn(&'a Fact) -> Option<&'a T>,
    ) -> impl Iterator<Item = (&'a Kept, &'a T)> {
        self.of(kind).filter_map(move |kept| Some((kept, pick(&kept.emitted.fact)?)))
    }
}
