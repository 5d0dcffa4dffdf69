//! What NT status or text of a KRB-ERROR say beyond its code: they decide where they are given.

mod statuses;

use super::{ETYPE_NOSUPP, row_code};
use crate::proto::krb5::KrbError;
use crate::rules::krb5::failure::Failure;
use crate::rules::krb5::principal;
use statuses::STATUSES;

/// A closer reason.
pub(super) struct Reason {
    /// What is wrong, for a title.
    pub(super) short: &'static str,
    /// The cause.
    pub(super) cause: &'static str,
    /// What to change.
    pub(super) remedy: &'static str,
}

const fn reason(short: &'static str, cause: &'static str, remedy: &'static str) -> Reason {
    Reason { short, cause, remedy }
}

/// The reason that `error` gives besides its code.
pub(super) fn of(error: &KrbError) -> Option<&'static Reason> {
    by_status(error.nt_status).or_else(|| by_text(error.e_text.as_deref()?))
}

/// The reason that lies in what the client offers.
pub(super) fn of_offer(failure: &Failure<'_>) -> Option<&'static Reason> {
    let offered = &failure.asked.exchange.etypes;
    let lacks_aes = !offered.is_empty() && !offered.iter().any(|etype| AES_SHA1.contains(etype));
    (row_code(failure) == ETYPE_NOSUPP && lacks_aes).then_some(&OFFERS_NO_AES)
}

/// aes128-cts-hmac-sha1-96 and aes256-cts-hmac-sha1-96 (RFC 3962).
const AES_SHA1: [i32; 2] = [17, 18];

const OFFERS_NO_AES: Reason = reason(
    "no common encryption type",
    "The client does not offer the usual types, AES with SHA-1 (17 and 18), and the KDC or the account has no keys of \
     those that it offers: its own policy or keytab leaves too little.",
    "Let the client offer types 17 and 18: permitted_enctypes in krb5.conf, the crypto policy of the system \
     (update-crypto-policies --set FIPS:AD-SUPPORT), or the types that Windows is configured to allow for Kerberos; \
     renew a keytab that lacks AES.",
);

/// The reason that lies in the kind of name that is asked for.
pub(super) fn of_name(failure: &Failure<'_>) -> Option<&'static Reason> {
    let service = failure.asked.service().filter(|_| failure.error.code == S_PRINCIPAL_UNKNOWN)?;
    match principal::class(service) {
        None => Some(&NO_SUCH_ACCOUNT),
        Some(_) if principal::is_granting(service) => Some(&NO_SUCH_REALM),
        Some(_) => None,
    }
}

const S_PRINCIPAL_UNKNOWN: i32 = 7;

const NO_SUCH_ACCOUNT: Reason = reason(
    "no account of this name takes tickets",
    "The client asks for a ticket to an account rather than to a service: there is no such account, or it has no service \
     name, so that tickets to it are for user-to-user alone.",
    "Find out which program on the client asks for it. Let it use a service name (class/host), registered on the account \
     with setspn -S; or correct the name of the account.",
);

const NO_SUCH_REALM: Reason = reason(
    "the KDC knows no way to that realm",
    "The client asks for a ticket to another realm, and the KDC has no trust with it, or there is no such realm: the name \
     of a host was taken for its realm, for instance.",
    "Check in which realm the service is (domain_realm in krb5.conf, the trusts and name suffixes of the domain), and \
     whether a trust leads there.",
);

fn by_status(status: Option<u32>) -> Option<&'static Reason> {
    let place = STATUSES.binary_search_by_key(&status?, |(number, _)| *number).ok()?;
    STATUSES.get(place).map(|(_, reason)| reason)
}

fn by_text(text: &str) -> Option<&'static Reason> {
    TEXTS.iter().find(|(known, _)| text.eq_ignore_ascii_case(known)).map(|(_, reason)| reason)
}

/// The texts of MIT's KDC that split a code.
const TEXTS: [(&str, Reason); 6] = [
    (
        "LOCKED_OUT",
        reason(
            "the account is locked out",
            "Too many wrong passwords locked the account.",
            "Unlock the account (kadmin modprinc -unlock), then find what keeps sending the wrong password.",
        ),
    ),
    (
        "CLIENT LOCKED OUT",
        reason(
            "the account is disabled",
            "The account may get no tickets (flag DISALLOW_ALL_TIX): an administrator disabled it. The KDC calls that \
             locked; after too many wrong passwords it says LOCKED_OUT.",
            "Enable the account, if it should be: kadmin modprinc +allow_tix.",
        ),
    ),
    (
        "REQUIRED PWCHANGE",
        reason(
            "the password must be changed at the next logon",
            "The account has the flag that its password must be changed first (requires_pwchange).",
            "Change the password with kpasswd, or clear the flag.",
        ),
    ),
    (
        "TICKET NOT RENEWABLE",
        reason(
            "the ticket is not renewable",
            "The client wants to renew a ticket that was issued without that right.",
            "Ask for renewable tickets at logon (kinit -r, renew_lifetime), and allow them for user and krbtgt (maxrenewlife).",
        ),
    ),
    (
        "EVIDENCE_TICKET_NOT_FORWARDABLE",
        reason(
            "the user's ticket may not be forwarded",
            "The front end wants to act for a user whose ticket is not forwardable.",
            "Let users get forwardable tickets, and the front end use protocol transition (ok_to_auth_as_delegate).",
        ),
    ),
    (
        "NOT_ALLOWED_TO_DELEGATE",
        reason(
            "the front end may not delegate to this service",
            "The service asked for is not among those to which the front end may delegate.",
            "Allow the front end to delegate to this service (krbAllowedToDelegateTo, kadmin, or msDS-AllowedToDelegateTo).",
        ),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_stand_in_order_and_decide_before_the_text() {
        assert!(STATUSES.is_sorted_by_key(|(number, _)| *number));
        let error = KrbError {
            nt_status: Some(0xC000_0072),
            e_text: Some("LOCKED_OUT".into()),
            ..KrbError::default()
        };
        assert_eq!(of(&error).map(|reason| reason.short), Some("the account is disabled"));
        let error = KrbError { nt_status: None, ..error };
        assert_eq!(of(&error).map(|reason| reason.short), Some("the account is locked out"));
    }
}
