//! Rules say what the facts mean: pure functions over all facts, cause before symptom.

mod absorb;
mod attempt;
mod auth;
mod cap;
mod causes;
mod certificate;
mod clock;
mod dns;
mod fold;
mod found;
mod http;
mod krb5;
pub mod licence;
mod network;
mod places;
mod rank;
mod suppress;
mod tcp;
mod tls;
mod top;
mod topic;
mod why;
mod words;
mod x509;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod testing_krb5;
#[cfg(test)]
mod testing_tls;

pub use fold::Episodes;
pub use found::{FaultKey, FaultOf, Found};
pub use suppress::Step;
pub use topic::Topic;

use crate::facts::{Facts, Map};
use crate::finding::{Confidence, Episode, Severity};
use foldhash::fast::RandomState;
use std::rc::Rc;

/// A set that is only asked what is in it: its order is not stable.
type Set<T> = hashbrown::HashSet<T, RandomState>;

/// A kind of finding that a rule can make: a row of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Id {
    /// Stable id.
    pub id: &'static str,
    /// Severity at the most.
    pub severity: Severity,
    /// Confidence at the most.
    pub confidence: Confidence,
    /// One line.
    pub summary: &'static str,
    /// Where the rule has many kin: why this one usually happens, and what to do; empty where its page says it.
    pub own: [&'static str; 2],
}

impl Id {
    /// An id of severity error.
    pub const fn error(id: &'static str, confidence: Confidence, summary: &'static str) -> Self {
        Self { id, severity: Severity::Error, confidence, summary, own: [""; 2] }
    }

    /// An id of severity warning.
    pub const fn warning(id: &'static str, confidence: Confidence, summary: &'static str) -> Self {
        Self { id, severity: Severity::Warning, confidence, summary, own: [""; 2] }
    }

    /// An id of severity note.
    pub const fn note(id: &'static str, confidence: Confidence, summary: &'static str) -> Self {
        Self { id, severity: Severity::Note, confidence, summary, own: [""; 2] }
    }

    /// With its own usual cause and remedy.
    pub const fn own(self, cause: &'static str, remedy: &'static str) -> Self {
        Self { own: [cause, remedy], ..self }
    }
}

/// A rule: its ids, its manual page, its check.
pub struct Rule {
    /// What it can report; a rule of many kin (the alerts) has many.
    pub ids: &'static [Id],
    /// Manual page in Markdown: *What it means / How it looks on the wire / Usual causes / What to do / References*.
    pub manual: &'static str,
    /// Ids of findings that one of this rule explains when it hit the same client and server, or shares a [`Topic`] with
    /// them, near in time.
    /// Findings about one and the same conversation need no word here: the first rule in order has it.
    pub explains: &'static [&'static str],
    /// Finds.
    pub check: for<'a> fn(&'a Facts, &mut Episodes<'a>),
}

/// All rules, cause before symptom.
pub const RULES: &[Rule] = &[
    dns::tc_no_tcp::RULE,
    dns::timeout::RULE,
    dns::refused::RULE,
    dns::servfail::RULE,
    dns::srv_ad::RULE,
    dns::nxdomain::RULE,
    dns::nodata::RULE,
    dns::wrong_addr::RULE,
    dns::name_fallback::RULE,
    clock::skew::RULE,
    krb5::skew::RULE,
    krb5::error::RULE,
    krb5::tcp_blocked::RULE,
    krb5::no_kdc::RULE,
    krb5::delegation::RULE,
    krb5::ok_but_denied::RULE,
    krb5::ntlm_fallback::RULE,
    krb5::kpasswd::RULE,
    krb5::weak_etype::RULE,
    tcp::icmp::RULE,
    tcp::refused::RULE,
    tcp::mtu_blackhole::RULE,
    tcp::rst_injected::RULE,
    tcp::syn_timeout::RULE,
    tcp::halfopen::RULE,
    tcp::accept_close::RULE,
    tls::wrong_protocol::SERVICE,
    tls::wrong_protocol::HELLO,
    tls::wrong_protocol::PLAINTEXT,
    tls::wrong_protocol::END_0,
    tls::alert::RULE,
    tls::encrypted_alert::RULE,
    tls::tls13::CLIENT,
    tls::tls13::SERVER,
    tls::fin_after_finished::RULE,
    tls::end::AT_HELLO,
    tls::end::NO_ANSWER,
    tls::end::IN_FLIGHT,
    tls::end::AT_CERTIFICATE,
    tls::end::AT_CLIENT,
    tls::end::AT_RENEGOTIATION,
    tls::alert::INAPPROPRIATE_FALLBACK,
    tls::reasons::NO_VERSION,
    tls::reasons::NO_CIPHER,
    tls::reasons::NO_GROUP,
    tls::reasons::NO_SIGALG,
    tls::reasons::ALPN,
    tls::reasons::SNI,
    tls::reasons::HRR_LOOP,
    tls::reasons::BIG_HELLO,
    tls::reasons::EXT_INTOLERANCE,
    tls::reasons::MTLS_EMPTY,
    tls::reasons::MTLS_UNTRUSTED,
    tls::reasons::MTLS_BADSIG,
    tls::reasons::LEGACY_RENEGOTIATION,
    tls::reasons::RESUMPTION_FAILED,
    tls::fallback::RULE,
    tls::reasons::DOWNGRADE,
    tls::server_drop::RULE,
    tls::sslv2_hello::RULE,
    auth::spnego_reject::RULE,
    http::header_toobig::RULE,
    http::ntlm_split::RULE,
    http::proxy::CONNECT,
    http::proxy::UNAUTHORIZED,
    http::refused::ACTIVE_SYNC,
    http::refused::RULE,
    http::noscheme::RULE,
    http::server_error::RULE,
    http::active_sync::NEEDS_POLICY,
    http::active_sync::WRONG_SERVER,
    http::active_sync::NOT_ALLOWED,
    http::certificate::RULE,
    http::redirect::RULE,
    http::stall::RULE,
    http::neg_fallback::RULE,
    x509::EXPIRED,
    x509::NOT_YET_VALID,
    x509::NAME,
    x509::SELF_SIGNED,
    x509::INCOMPLETE,
    x509::UNTRUSTED,
    x509::BAD_SIG,
    x509::WEAK,
    x509::USAGE,
    x509::LIFETIME,
    x509::keymismatch::RULE,
    x509::must_staple::RULE,
    x509::revocation::RULE,
    x509::order::ORDER,
    x509::order::EXTRA,
    cap::DROPS,
    cap::TRUNC,
    cap::SNAP,
    cap::ONESIDED,
    cap::GAP,
    cap::MIDSTREAM,
    cap::DUP,
    cap::REORDER,
    cap::OFFLOAD,
];

/// What the facts mean: findings folded into episodes, symptoms below causes, ranked.
pub fn diagnose(facts: &Facts) -> Vec<Rc<Episode<'_>>> {
    diagnose_with(facts, RULES)
}

fn diagnose_with<'a>(facts: &'a Facts, rules: &'static [Rule]) -> Vec<Rc<Episode<'a>>> {
    let mut episodes = Episodes::new(facts);
    for rule in rules {
        episodes.begin(rule);
        (rule.check)(facts, &mut episodes);
    }
    rank::ranked(episodes.fold())
}
