//! Judges certificate chains at the time of the capture, against given anchors: every fault, not the first.

use crate::units::{Side, Time};
use crate::wire::tls::KeyExchange;
use crate::wire::x509::{Certificate, Chain};
use std::path::PathBuf;
use std::sync::Arc;

/// A fault of a chain, in the words of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// No path to an anchor.
    UntrustedIssuer,
    /// The last certificate's issuer was not sent.
    IncompleteChain,
    /// The leaf is its own issuer.
    SelfSigned,
    /// Past its end.
    Expired,
    /// Before its start.
    NotYetValid,
    /// No subjectAltName for the name asked for.
    NameMismatch,
    /// A signature in the chain does not verify.
    BadSignature,
    /// RSA below 2048 bits and the like.
    WeakKey,
    /// MD5 or SHA-1 in a signature that matters.
    WeakSignature,
    /// Not meant for this use.
    WrongUsage,
}

impl Fault {
    /// The word of the contract: `untrusted-issuer`, …
    pub fn name(self) -> &'static str {
        match self {
            Self::UntrustedIssuer => "untrusted-issuer",
            Self::IncompleteChain => "incomplete-chain",
            Self::SelfSigned => "self-signed",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::NameMismatch => "name-mismatch",
            Self::BadSignature => "bad-signature",
            Self::WeakKey => "weak-key",
            Self::WeakSignature => "weak-signature",
            Self::WrongUsage => "wrong-usage",
        }
    }
}

/// What a chain is worth at one time for one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Every fault, in the order of [`Fault`]; empty and `judged`: trusted.
    pub faults: Vec<Fault>,
    /// Anchors were given, so that trust was judged.
    pub judged: bool,
    /// The certificate (index in the chain as sent) of each fault in `faults`.
    pub at: Vec<usize>,
    /// Warnings beside the verdict: the chain is out of order; unrelated, duplicate or root certificates were sent;
    /// an expired CA was sent; valid for longer than the CA/Browser Forum allowed.
    pub remarks: Vec<Remark>,
}

/// Something odd about a chain that is no fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remark {
    /// Certificates stand out of order.
    OutOfOrder,
    /// Certificates that do not belong to the path, duplicates, or a root.
    Extra,
    /// A public leaf is valid for more days than allowed at its issue.
    LongLifetime,
    /// A CA certificate on the path is out of its dates.
    ExpiredCa,
    /// The leaf asks for an OCSP staple (RFC 7633).
    MustStaple,
}

/// Where anchors come from (`--trust`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchors {
    /// Mozilla's roots, built in.
    Mozilla,
    /// The system's store.
    System,
    /// PEM or DER files, or a folder of them.
    Path(PathBuf),
}

/// A set of trust anchors with a cache of judgements.
#[derive(Debug, Default)]
pub struct Trust {
    _todo: (),
}

impl Trust {
    /// Loads anchors; an empty list is `--trust none`: nothing is judged trusted or untrusted.
    ///
    /// # Errors
    /// A file that cannot be read or holds no certificate, in words.
    pub fn load(anchors: &[Anchors]) -> Result<Self, String> {
        let _ = anchors;
        Ok(Self::default())
    }

    /// Judges `chain` as shown by `side` at `time` to a client that asked for `name`.
    pub fn judge(
        &mut self,
        chain: &Arc<Chain>,
        side: Side,
        time: Time,
        name: Option<&str>,
        key_transport: bool,
    ) -> Arc<Verdict> {
        let _ = (chain, side, time, name, key_transport);
        Arc::default()
    }
}

/// Whether the signature of a ServerKeyExchange verifies with the leaf's key; `None` when the algorithm is unknown.
pub fn key_exchange_verifies(exchange: &KeyExchange, leaf: &Certificate) -> Option<bool> {
    let _ = (exchange, leaf);
    None
}
