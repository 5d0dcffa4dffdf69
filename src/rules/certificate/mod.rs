//! Chains that servers showed, and what is wrong with them: the common ground of the rules about certificates and
//! of those about the failures that they cause.

mod blame;
mod issuer;
mod retired;
mod shown;
mod words;

pub(super) use blame::{PROVED, blame, is_to_blame};
pub(super) use shown::{Shown, key, of, shown};
pub(super) use words::{Said, clock_is_nonsense, said};

use super::FaultKey;
use crate::finding::Party;
use crate::trust::{Fault, Remark, Verdict};
use crate::units::{Endpoint, Time};
use crate::wire::x509::{Certificate, Chain};

/// A chain with its verdict, as one client met it.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    /// Who showed it.
    pub(super) owner: &'a str,
    /// The certificates.
    pub(super) chain: &'a Chain,
    /// What they are worth.
    pub(super) verdict: &'a Verdict,
    /// When.
    pub(super) time: Time,
    /// The name that the client asked for.
    pub(super) name: Option<&'a str>,
}

impl<'a> View<'a> {
    /// The certificate of the owner itself.
    pub(super) fn leaf(&self) -> Option<&'a Certificate> {
        self.chain.certificates.first().map(|leaf| &**leaf)
    }

    /// The certificate that has a fault.
    pub(super) fn faulty(&self, fault: Fault) -> Option<&'a Certificate> {
        let place = self.verdict.faults.iter().position(|found| *found == fault)?;
        let at = self.verdict.at.get(place).copied().unwrap_or_default();
        self.chain.certificates.get(at).map_or_else(|| self.leaf(), |held| Some(held))
    }

    /// The last certificate of the path as sent: whose issuer is missing or is the root.
    pub(super) fn last(&self) -> Option<&'a Certificate> {
        let mut path = self.leaf()?;
        for held in &self.chain.certificates {
            if held.subject_der == path.issuer_der && held.subject_der != path.subject_der {
                path = held;
            }
        }
        Some(path)
    }

    /// The issuer that was not sent looks like an intermediate of a public CA: these say where it is to be had and
    /// where revocation is asked for, on the open web.
    pub(super) fn is_public(&self) -> bool {
        let Some(last) = self.last() else { return false };
        let web = |urls: &[String]| urls.iter().any(|url| url.starts_with("http://"));
        web(&last.ca_issuers) && (web(&last.ocsp) || web(&last.crl))
    }
}

/// The id under which a fault is reported.
pub(super) fn id(fault: Fault) -> &'static str {
    match fault {
        Fault::UntrustedIssuer => "x509-untrusted",
        Fault::IncompleteChain => "x509-incomplete",
        Fault::SelfSigned => "x509-self-signed",
        Fault::Expired => "x509-expired",
        Fault::NotYetValid => "x509-not-yet-valid",
        Fault::NameMismatch => "x509-name",
        Fault::BadSignature => "x509-bad-sig",
        Fault::WeakKey | Fault::WeakSignature => "x509-weak",
        Fault::WrongUsage => "x509-usage",
    }
}

/// The findings that say what is wrong with a server's chain.
pub(super) fn faults(server: Endpoint, chain: &Chain, verdict: &Verdict) -> Vec<FaultKey> {
    let faults = verdict.faults.iter().map(|fault| id(*fault));
    let remarks = verdict.remarks.iter().filter_map(|remark| match remark {
        Remark::LongLifetime => Some("x509-lifetime"),
        Remark::ExpiredCa => Some("x509-expired"),
        Remark::MustStaple => Some("x509-must-staple"),
        Remark::OutOfOrder => Some("x509-order"),
        Remark::Extra => None,
    });
    let (server, of) = (Party::Service(server), of(chain));
    let mut named: Vec<FaultKey> =
        Vec::with_capacity(1 + verdict.faults.len() + verdict.remarks.len());
    for id in faults.chain(remarks) {
        if named.last().is_none_or(|last| last.id != id) {
            named.push(FaultKey { id, server, of });
        }
    }
    named
}
