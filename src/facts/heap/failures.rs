//! What the facts that are kept one by one take.

use super::{Heap, flat, piece};
use crate::facts::Kept;
use crate::proto::tls::{self, Alert, AlertHint, Handshake};
use crate::proto::{Fact, auth, dns, http, krb5, smb};
use crate::trust::{Fault, Remark, Verdict};
use crate::wire::spnego::Mechanism;
use crate::wire::tls::{CertificateRequest, ClientHello};
use std::sync::Arc;

flat!(Alert, AlertHint, Mechanism, Fault, Remark, usize);

/// Chains aside: many facts share them.
impl Heap for Kept {
    fn heap(&self) -> usize {
        self.emitted.fact.heap() + self.verdict.heap() + self.client_verdict.heap()
    }
}

/// Counted with each fact that has it, though some share one.
impl Heap for Arc<Verdict> {
    fn heap(&self) -> usize {
        let Verdict { faults, at, remarks, .. } = &**self;
        piece(size_of::<Verdict>() + 16) + faults.heap() + at.heap() + remarks.heap()
    }
}

impl Heap for Fact {
    fn heap(&self) -> usize {
        match self {
            Self::Tls(tls::Fact::Handshake(handshake)) => handshake.heap(),
            Self::Dns(exchange) => exchange.heap(),
            Self::Http(exchange) => exchange.heap(),
            Self::Krb5(krb5::Fact::Exchange(exchange)) => exchange.heap(),
            Self::Krb5(krb5::Fact::PasswordChange(change)) => {
                piece(size_of_val(&**change)) + change.text.heap() + change.exchange.heap()
            }
            Self::Auth(auth::Fact::Ntlm(ntlm)) => ntlm.heap(),
            Self::Auth(auth::Fact::Spnego(spnego)) => {
                piece(size_of_val(&**spnego)) + spnego.offered.heap()
            }
            Self::Smb(smb::Fact::Failure(failure)) => {
                piece(size_of_val(&**failure)) + failure.name.heap() + failure.user.heap()
            }
            Self::Plain(exchange) => piece(size_of_val(&**exchange)),
            Self::Tcp(_) | Self::Tls(_) | Self::Clock(_) => 0,
        }
    }
}

impl Heap for Handshake {
    fn heap(&self) -> usize {
        let answer = self.answer.as_ref().map_or(0, |answer| answer.alpn.heap());
        let lists = self.alerts.heap() + self.hints.heap();
        let lengths: usize = self.encrypted_lengths.iter().map(Heap::heap).sum();
        self.hello.heap() + answer + self.request.heap() + lists + lengths
    }
}

impl Heap for ClientHello {
    fn heap(&self) -> usize {
        let lists = [
            &self.versions,
            &self.ciphers,
            &self.groups,
            &self.key_shares,
            &self.signature_algorithms,
            &self.extensions,
        ];
        let lists: usize = lists.into_iter().map(Heap::heap).sum();
        self.sni.heap() + self.alpn.heap() + lists
    }
}

impl Heap for CertificateRequest {
    fn heap(&self) -> usize {
        self.types.heap() + self.signature_algorithms.heap() + self.authorities.heap()
    }
}

impl Heap for dns::Exchange {
    fn heap(&self) -> usize {
        self.qname.heap() + self.answer.heap()
    }
}

impl Heap for dns::Answer {
    fn heap(&self) -> usize {
        let texts = self.canonical.heap() + self.pointer.heap() + self.zone.heap();
        texts + self.addresses.heap() + self.services.heap() + self.extended.heap()
    }
}

impl Heap for dns::ExtendedError {
    fn heap(&self) -> usize {
        self.text.heap()
    }
}

impl Heap for http::Exchange {
    fn heap(&self) -> usize {
        let texts = [&self.host, &self.user_agent, &self.server, &self.via];
        let texts: usize = texts.into_iter().map(Heap::heap).sum();
        let texts = texts + self.method.heap() + self.uri.heap();
        let texts = texts + self.location.heap() + self.text.heap();
        let shown = self.credentials.heap() + self.proxy_credentials.heap();
        texts + shown + self.challenges.heap() + self.proxy_challenges.heap()
    }
}

impl Heap for http::Credentials {
    fn heap(&self) -> usize {
        let names = [&self.user, &self.domain, &self.realm, &self.ticket_for];
        self.scheme.heap() + names.into_iter().map(Heap::heap).sum::<usize>()
    }
}

impl Heap for http::Challenge {
    fn heap(&self) -> usize {
        self.scheme.heap() + self.realm.heap()
    }
}

impl Heap for http::Scheme {
    fn heap(&self) -> usize {
        if let Self::Other(name) = self { name.heap() } else { 0 }
    }
}

impl Heap for krb5::Exchange {
    fn heap(&self) -> usize {
        let names = [&self.cname, &self.crealm, &self.sname, &self.realm, &self.for_user];
        let names: usize = names.into_iter().map(Heap::heap).sum();
        let outcome = match &self.outcome {
            krb5::Outcome::Ticket { issued, .. } => issued.heap(),
            krb5::Outcome::Error(error) => error.heap(),
            krb5::Outcome::Accepted | krb5::Outcome::Unanswered => 0,
        };
        names + self.etypes.heap() + self.padata.heap() + outcome
    }
}

impl Heap for krb5::KrbError {
    fn heap(&self) -> usize {
        self.e_text.heap() + self.hints.heap() + self.methods.heap()
    }
}

impl Heap for krb5::EtypeInfo {
    fn heap(&self) -> usize {
        self.salt.heap()
    }
}

impl Heap for auth::Ntlm {
    fn heap(&self) -> usize {
        let names = self.user.heap() + self.domain.heap() + self.workstation.heap();
        names + self.server_names.heap() + self.target.heap()
    }
}
