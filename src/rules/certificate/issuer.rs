//! Issuers that are not trusted or not sent, in words. Whether an issuer that was not sent is a root, nobody can see.

use super::View;
use super::retired::was_public;
use super::words::{Said, subject};
use crate::rules::words::{common_name, name};
use crate::trust::Fault;
use crate::wire::x509::Certificate;

impl View<'_> {
    /// The issuer of the server's own certificate is neither sent nor an anchor.
    pub(in crate::rules) fn lacks_issuer(&self) -> bool {
        let sent =
            self.leaf().zip(self.last()).is_some_and(|(leaf, last)| leaf.sha256 != last.sha256);
        self.verdict.faults.contains(&Fault::IncompleteChain) && !sent
    }

    /// All that speaks against the chain is an issuer that was a public CA once: its clients may have trusted it.
    pub(in crate::rules) fn is_only_retired(&self) -> bool {
        let issuer = [Fault::UntrustedIssuer, Fault::IncompleteChain];
        let faults = &self.verdict.faults;
        !faults.is_empty()
            && faults.iter().all(|fault| issuer.contains(fault))
            && self.last().is_some_and(|last| was_public(&last.issuer))
    }
}

pub(super) fn untrusted(view: &View<'_>) -> Option<Said> {
    let last = view.last()?;
    let (leaf, issuer) = (subject(view.leaf()?), common_name(&last.issuer));
    Some(match () {
        () if was_public(&last.issuer) => retired(view, &leaf, &issuer),
        () if view.lacks_issuer() => unseen(view, &leaf, &issuer),
        () => private(view, &leaf, &issuer, last.self_issued()),
    })
}

/// A private CA whose root was sent, or an intermediate of it.
fn private(view: &View<'_>, leaf: &str, issuer: &str, sent: bool) -> Said {
    let anchor = match sent {
        true => "whose root was sent, but is not among the trust anchors",
        false => "which is not among the trust anchors",
    };
    Said {
        short: format!("its issuer \"{issuer}\" is not trusted"),
        cause: format!(
            "The certificate of {} (\"{leaf}\") comes from the untrusted issuer \"{issuer}\", {anchor}: probably a \
             private CA.",
            view.owner
        ),
        remedy: format!(
            "Install the root CA \"{issuer}\" as trusted on the client, or use a certificate of a publicly trusted CA \
             on {}.",
            view.owner
        ),
    }
}

/// An issuer that may be an intermediate or a private root.
fn unseen(view: &View<'_>, leaf: &str, issuer: &str) -> Said {
    Said {
        short: format!("its issuer \"{issuer}\" is not trusted, nor was it sent"),
        cause: format!(
            "The certificate of {} (\"{leaf}\") comes from the untrusted issuer \"{issuer}\", whose own certificate was not \
             sent: an intermediate that the server should send, or a private root that the client lacks.",
            view.owner
        ),
        remedy: format!(
            "If \"{issuer}\" is an intermediate, configure {} to send its certificate too, and install the root above \
             it on the client; if it is a private root, install it on the client. Or use a certificate of a publicly \
             trusted CA.",
            view.owner
        ),
    }
}

/// An issuer that clients trusted, and some may trust still.
fn retired(view: &View<'_>, leaf: &str, issuer: &str) -> Said {
    Said {
        short: format!("its issuer \"{issuer}\", once a public CA, is not among the anchors"),
        cause: format!(
            "The certificate of {} (\"{leaf}\") leads to \"{issuer}\": by its name once a public CA, but not among the \
             trust anchors (by default today's list of Mozilla). Only the client's own store says whether it trusts it.",
            view.owner
        ),
        remedy: format!(
            "Look for \"{issuer}\" in the client's own trust store (or judge again with that store: --trust); if it is \
             not there, update the store, or use a certificate of a current public CA on {}.",
            view.owner
        ),
    }
}

pub(super) fn incomplete(view: &View<'_>) -> Option<Said> {
    let last = view.last()?;
    let missing = common_name(&last.issuer);
    let source = match last.ca_issuers.first() {
        Some(url) => format!(" (it is to be had at {})", name(url)),
        None => String::new(),
    };
    let sent = view.chain.certificates.len();
    Some(Said {
        short: format!("the certificate of its issuer \"{missing}\" was not sent"),
        cause: format!(
            "{} sent {sent} certificate{}, but not that of \"{missing}\", which issued \"{}\": a client that does not \
             have it already cannot build the chain.",
            view.owner,
            if sent == 1 { "" } else { "s" },
            subject(last)
        ),
        remedy: format!(
            "Configure {} to send the intermediate certificate \"{missing}\" too{source}. If it is a private root, \
             install it on the client.",
            view.owner
        ),
    })
}

pub(super) fn self_signed(view: &View<'_>, leaf: &Certificate) -> Said {
    let subject = subject(leaf);
    Said {
        short: format!("its certificate \"{subject}\" is self-signed"),
        cause: format!(
            "The certificate of {} (\"{subject}\") is its own issuer: no CA vouches for it, and it is not among the \
             trust anchors.",
            view.owner
        ),
        remedy: format!(
            "Install this certificate as trusted on the client, or give {} one from a CA that the client trusts.",
            view.owner
        ),
    }
}
