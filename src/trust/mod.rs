//! Judges certificate chains at the time of the capture, against given anchors: every fault, not the first.

#![warn(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod anchors;
mod host;
mod judgement;
mod path;
mod policy;
mod rsa;
mod signature;
mod usage;

pub use signature::key_exchange_verifies;

use crate::units::{Side, Time};
use crate::wire::x509::{Chain, Generations};
use anchors::AnchorSet;
use foldhash::quality::RandomState;
use judgement::Question;
use signature::Signatures;
use std::hash::BuildHasher;
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

/// Bytes of judgements and checked signatures that are remembered.
const MEMORY_BYTES: usize = 16 << 20;
/// What a checked signature takes.
const SIGNATURE_BYTES: usize = 256;

/// A set of trust anchors with the judgements already made.
///
/// What is judged: every fault that applies, at the time of the capture, by the rules that verifiers of that time
/// kept. An anchor is a name and a key: whether its own certificate has expired does not matter, so that roots of
/// today judge captures of yesterday. Among several paths the best one counts. SHA-1 is weak from 2017 on, MD5
/// from 2009, RSA below 2048 bits and DSA from 2014; a common name stands in for a missing subjectAltName until
/// the end of 2016. A client's chain is judged for trust only against anchors that were given by path: the others
/// are for servers. Without anchors neither `untrusted-issuer` nor `incomplete-chain` is found.
#[derive(Debug)]
pub struct Trust {
    anchors: AnchorSet,
    hasher: RandomState,
    judgements: Generations<Judgement>,
    signatures: Signatures,
}

/// A verdict and what it holds for.
#[derive(Clone, Debug)]
struct Judgement {
    chain: u128,
    side: Side,
    key_transport: bool,
    name: Option<Arc<str>>,
    /// The verdict holds from this second on …
    from: i64,
    /// … until before this one.
    until: i64,
    verdict: Arc<Verdict>,
}

/// No anchors: trust is not judged.
impl Default for Trust {
    fn default() -> Self {
        Self {
            anchors: AnchorSet::default(),
            hasher: RandomState::default(),
            judgements: Generations::new(MEMORY_BYTES / 2, Judgement::weight),
            signatures: Signatures::new(MEMORY_BYTES / 2 / SIGNATURE_BYTES),
        }
    }
}

impl Trust {
    /// Loads anchors; an empty list is `--trust none`: nothing is judged trusted or untrusted.
    ///
    /// # Errors
    /// A file that cannot be read or holds no certificate, in words.
    pub fn load(anchors: &[Anchors]) -> Result<Self, String> {
        Ok(Self { anchors: AnchorSet::load(anchors)?, ..Self::default() })
    }

    /// Remembers no more than `bytes` of what it judged.
    pub fn within(self, bytes: usize) -> Self {
        let bytes = bytes.min(MEMORY_BYTES);
        Self {
            judgements: Generations::new(bytes / 2, Judgement::weight),
            signatures: Signatures::new(bytes / 2 / SIGNATURE_BYTES),
            ..self
        }
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
        let judged = !self.anchors.is_empty() && (side == Side::Server || self.anchors.given);
        let question = Question { side, name, key_transport, now: time.seconds(), judged };
        let hash = self.hasher.hash_one((chain.id, side, key_transport, name));
        let known = self.judgements.find(hash, |known| known.answers(chain.id, question));
        let judgement = known.unwrap_or_else(|| {
            let judgement = self.judge_anew(chain, question);
            self.judgements.insert(hash, judgement.clone());
            judgement
        });
        judgement.verdict
    }

    fn judge_anew(&mut self, chain: &Chain, question: Question<'_>) -> Judgement {
        let paths = path::find(chain, &self.anchors, &mut self.signatures);
        let (from, until) = unchanging(chain, question.now);
        Judgement {
            chain: chain.id,
            side: question.side,
            key_transport: question.key_transport,
            name: question.name.map(Arc::from),
            from,
            until,
            verdict: Arc::new(judgement::verdict(chain, &paths, question)),
        }
    }
}

impl Judgement {
    fn answers(&self, chain: u128, question: Question<'_>) -> bool {
        self.chain == chain
            && self.side == question.side
            && self.key_transport == question.key_transport
            && (self.from..self.until).contains(&question.now)
            && self.name.as_deref() == question.name
    }

    fn weight(&self) -> usize {
        let verdict = size_of::<Verdict>() + 64;
        size_of::<Self>() + verdict + self.name.as_ref().map_or(0, |name| name.len())
    }
}

/// The span around `now` in which no certificate of the chain begins or ends and no rule changes: a verdict
/// holds for all of it.
fn unchanging(chain: &Chain, now: i64) -> (i64, i64) {
    let dates = chain.certificates.iter();
    let dates = dates.flat_map(|held| [held.not_before, held.not_after.saturating_add(1)]);
    let (past, coming): (Vec<i64>, Vec<i64>) =
        dates.chain(policy::CHANGES).partition(|moment| *moment <= now);
    (past.into_iter().max().unwrap_or(i64::MIN), coming.into_iter().min().unwrap_or(i64::MAX))
}
