//! What NT status or text of a KRB-ERROR say beyond its code: they decide where they are given.

mod statuses;

use crate::proto::krb5::KrbError;
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
            "the account is locked",
            "The account is locked (flag DISALLOW_ALL_TIX, or too many wrong passwords).",
            "Take the lock away: kadmin modprinc +allow_tix, or -unlock.",
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
