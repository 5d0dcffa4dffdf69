//! `kpasswd-*`: a change of a password was refused.

use super::said;
use crate::codes;
use crate::facts::Facts;
use crate::finding::Confidence::Certain;
use crate::proto::Emitted;
use crate::proto::krb5::{self, Outcome, PasswordChange};
use crate::rules::{Episodes, Found, Id, Rule, Topic, words};

/// The results of RFC 3244 section 2, from 1 on.
const IDS: [Id; 7] = [
    id(
        "kpasswd-malformed",
        "Password change result 1: malformed request",
        "The server could not read the request: another version of the protocol, or something on the way changed it.",
        "Update the client, or the server.",
    ),
    id(
        "kpasswd-hard-error",
        "Password change result 2: server error",
        "The server failed for a reason of its own: the database is read-only or locked, or the directory is down.",
        "Read the log of the password server at this time (MIT: kadmind.log; Windows: the System log).",
    ),
    id(
        "kpasswd-auth-failed",
        "Password change result 3: authentication failed",
        "The ticket with which the client came was not accepted: old password wrong, keys of kadmin/changepw out of \
         step, clocks that differ, or another address than the ticket says (NAT).",
        "Try with a fresh ticket; compare the clocks; look for NAT between client and server.",
    ),
    id(
        "kpasswd-policy",
        "Password change result 4: refused by password policy",
        "The new password does not meet the policy: length, complexity, history, or the last change is too recent.",
        "Choose a longer password that was not used before, and wait for the minimum age; administrators read the \
         policy with Get-ADDefaultDomainPasswordPolicy (or kadmin getpol).",
    ),
    id(
        "kpasswd-access-denied",
        "Password change result 5: access denied",
        "Whoever asks may not set this password: the account may not change its password, or somebody sets that of \
         another without the right.",
        "Check User cannot change password on the account, and the right Reset password of who asked.",
    ),
    id(
        "kpasswd-bad-version",
        "Password change result 6: protocol version not supported",
        "The server does not speak the version that the client wants (1: change, 0xff80: set).",
        "Let the client change rather than set the password, or update the server.",
    ),
    id(
        "kpasswd-initial-flag-needed",
        "Password change result 7: an initial ticket is needed",
        "The ticket came from a ticket-granting ticket; the server wants one that the password itself gave.",
        "Let the client log on to kadmin/changepw with the old password (kpasswd does so).",
    ),
];

const fn id(
    id: &'static str,
    summary: &'static str,
    cause: &'static str,
    remedy: &'static str,
) -> Id {
    Id::error(id, Certain, summary).own(cause, remedy)
}

pub(crate) const RULE: Rule =
    Rule { ids: &IDS, manual: include_str!("../manual/kpasswd.md"), explains: &[], check };

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    for (kept, fact) in facts.krb5() {
        if let krb5::Fact::PasswordChange(change) = fact {
            refused(&kept.emitted, change).into_iter().for_each(|found| episodes.add(found));
        }
    }
}

fn refused<'a>(emitted: &Emitted, change: &'a PasswordChange) -> Option<Found<'a>> {
    let (at, ends) = (emitted.at, &emitted.ends);
    let id = IDS.get(usize::from(change.result).checked_sub(1)?)?;
    let (server, exchange) = (ends.server, &change.exchange);
    let name = codes::kpasswd_name(change.result);
    let user = exchange.cname.as_deref().map(words::name);
    let of = user.as_ref().map(|user| format!(" of {user}")).unwrap_or_default();
    let text = change.text.as_deref().filter(|text| !text.is_empty());
    let text =
        text.map(|text| format!(" It says: \"{}\".", words::cut(text, 200))).unwrap_or_default();
    let (_, short) = id.summary.split_once(": ")?;
    let found = Found::between(id, ends, at)
        .title(format!(
            "{} cannot change the password{of}: {short} ({})",
            words::CLIENT,
            change.result
        ))
        .cause(format!("{} {server} answered with {name} ({}).{text}", id.own[0], change.result))
        .remedy(id.own[1])
        .key(user.unwrap_or_default().to_lowercase())
        .service(exchange.realm.as_deref())
        .code("kpasswd", change.result.into(), name)
        .references(&["RFC 3244 section 2"])
        .evidence(at, format!("{server} refuses the change"))
        .evidence_if(exchange.question, "the request")
        .topics(exchange.cname.iter().map(|user| Topic::user(ends.client.addr, user)));
    Some(match &exchange.outcome {
        Outcome::Error(error) => said::codes(found, error),
        _ => found,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::proto::Fact;
    use crate::rules::testing::{Story, at, ids};
    use crate::rules::testing_krb5::{asking, kdc, logon, refused};

    #[test]
    fn a_password_that_is_too_short_is_told_with_the_servers_words() {
        let exchange = Box::new(refused(logon(), 60));
        let text = Some("Password is too short".into());
        let change = PasswordChange { result: 4, text, exchange };
        let fact = Fact::Krb5(krb5::Fact::PasswordChange(Box::new(change)));
        let findings = Story::new().fact(at(2, 0), asking(kdc(88), 1), fact).findings();
        assert_eq!(ids(&findings), ["kpasswd-policy"]);
        let finding = &findings[0];
        assert_eq!(finding.severity, Severity::Error);
        assert!(finding.title.contains("of alice: refused by password policy (4)"));
        assert!(finding.cause.contains("Password is too short"), "{}", finding.cause);
        assert_eq!((finding.codes[0].space, finding.codes[0].code), ("kpasswd", 4));
    }
}
