//! How bad a refusal is: what is normal, what the client got over, what is noise.

use crate::finding::Severity;
use crate::proto::krb5::{Exchange, Request};
use crate::rules::krb5::after::{After, ENTERPRISE};
use crate::rules::krb5::failure::{Asked, Failure, Group};
use crate::rules::krb5::principal;
use crate::units::SECOND;

/// The judgement of equal failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Judged {
    /// How bad.
    pub(super) severity: Severity,
    /// Why it is not worse.
    pub(super) because: Option<Because>,
    /// How many of them the client got over.
    pub(super) recovered: u64,
}

/// Why a refusal is no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Because {
    /// The client got what it wanted soon after.
    Recovered,
    /// The name is of a kind that nobody registers, or asked for in passing.
    Noise,
    /// The same service answered to its other name.
    OtherName,
    /// The client got in by NTLM instead.
    Ntlm,
    /// The web server let the client in.
    LetIn,
    /// Delegation was tried by the way.
    Opportunistic,
}

const C_PRINCIPAL_UNKNOWN: i32 = 6;
const S_PRINCIPAL_UNKNOWN: i32 = 7;
const BADOPTION: i32 = 13;
const WRONG_REALM: i32 = 68;
const PADATA_TYPE_NOSUPP: i32 = 16;
const TKT_EXPIRED: i32 = 32;
const USER_TO_USER_REQUIRED: i32 = 69;

/// Normal when something better follows at once.
const STEPS: [i32; 4] = [PADATA_TYPE_NOSUPP, TKT_EXPIRED, WRONG_REALM, USER_TO_USER_REQUIRED];

/// So many failures are no typing errors, even when the user gets in beside them.
const TYPING_ERRORS_MAX: u64 = 4;

/// A client falls back to NTLM, or asks by another name, this soon.
const SOON: i64 = 60 * SECOND;

/// KDC options (RFC 4120 section 5.4.1).
const FORWARDED: u32 = 0x2000_0000;
pub(super) const CNAME_IN_ADDL_TKT: u32 = 0x0002_0000;
const ENC_TKT_IN_SKEY: u32 = 0x0000_0008;
const RENEW: u32 = 0x0000_0002;

/// `None`: a normal step, no finding.
pub(super) fn judge(group: &Group<'_>, after: &After<'_>) -> Option<Judged> {
    let first = &group.first;
    let code = first.error.code;
    let recovered = group.all().filter(|failure| after.recovered(failure)).count() as u64;
    if recovered == group.count() {
        return over(first, recovered);
    }
    let moved_on = (code == WRONG_REALM || is_probe(first)) && after.went_to_other_realm(first);
    if moved_on {
        return None;
    }
    let because = match code {
        S_PRINCIPAL_UNKNOWN => unregistered(group, after),
        BADOPTION if is_opportunistic(&first.asked, after) => Some(Because::Opportunistic),
        _ => None,
    };
    let severity = match because {
        None => Severity::Error,
        Some(Because::Ntlm) => Severity::Warning,
        Some(_) => Severity::Note,
    };
    Some(Judged { severity, because, recovered })
}

/// The client got over all of them.
fn over(first: &Failure<'_>, recovered: u64) -> Option<Judged> {
    let code = first.error.code;
    if STEPS.contains(&code) || is_probe(first) {
        return None;
    }
    let typed = first.asked.is_logon() && recovered > TYPING_ERRORS_MAX;
    let severity = if typed { Severity::Warning } else { Severity::Note };
    Some(Judged { severity, because: Some(Because::Recovered), recovered })
}

/// The client tries whether this KDC knows the user's enterprise name.
fn is_probe(failure: &Failure<'_>) -> bool {
    failure.error.code == C_PRINCIPAL_UNKNOWN
        && failure.asked.exchange.name_type == Some(ENTERPRISE)
}

fn unregistered(group: &Group<'_>, after: &After<'_>) -> Option<Because> {
    let asked = &group.first.asked;
    let (client, time) = (asked.client(), asked.at.time);
    let service = asked.service()?;
    if let Some(host) = principal::host(service) {
        if let Some(ntlm) = after.access.ntlm_after(client, host, time, SOON) {
            return (ntlm.refused != Some(true)).then_some(Because::Ntlm);
        }
        if after.access.web(client, host, time, SOON) {
            return Some(Because::LetIn);
        }
    }
    if after.issued.alias(client, service, time, SOON) {
        return Some(Because::OtherName);
    }
    is_noise(asked.exchange, service).then_some(Because::Noise)
}

/// Names that clients ask for in passing: addresses, their own host, DNS updates to strangers, the domain itself (its
/// shares are found by NTLM), accounts (user-to-user).
fn is_noise(exchange: &Exchange, service: &str) -> bool {
    let of_domain = |host: &str| {
        exchange.realm.as_deref().is_some_and(|realm| realm.eq_ignore_ascii_case(host))
    };
    principal::is_address(service)
        || is_in_passing(service)
        || principal::host(service).is_some_and(of_domain)
        || exchange.options & ENC_TKT_IN_SKEY != 0
}

fn is_in_passing(service: &str) -> bool {
    let in_passing =
        |class: &str| ["host", "dns"].iter().any(|known| class.eq_ignore_ascii_case(known));
    principal::class(service).is_none_or(in_passing)
}

/// Windows asks for delegation whether it is needed or not. Constrained delegation is asked for when it is needed, unless
/// it is to the host itself and a ticket for the right service follows.
fn is_opportunistic(asked: &Asked<'_>, after: &After<'_>) -> bool {
    let exchange = asked.exchange;
    if exchange.request != Request::Tgs || exchange.options & RENEW != 0 {
        return false;
    }
    if exchange.options & CNAME_IN_ADDL_TKT != 0 {
        return asked.service().is_some_and(is_in_passing)
            && after.issued.any_service(asked.client(), asked.at.time, SOON);
    }
    exchange.options & FORWARDED != 0
        || exchange.for_user.is_some()
        || asked.service().is_some_and(|service| principal::class(service).is_none())
}
