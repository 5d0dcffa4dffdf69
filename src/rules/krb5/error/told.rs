//! The finding about equal refusals, in words.

use super::judge::CNAME_IN_ADDL_TKT;
use super::judge::{Because, Judged};
use super::table::{self, Row};
use super::{ETYPE_NOSUPP, PREAUTH_REQUIRED, lacks_etype, reason, users};
use crate::finding::Confidence::{Certain, Likely};
use crate::finding::{Key, Severity, Told};
use crate::proto::krb5::Request;
use crate::rules::krb5::after::After;
use crate::rules::krb5::failure::{Asked, Failure, Group};
use crate::rules::krb5::{evidence, principal, said, topics};
use crate::rules::{Found, words};

/// KDCs that one finding names.
const SERVERS_MAX: usize = 4;

/// Stands for the service's name in the remedies of the table.
const NAME: &str = "NAME";

const BADOPTION: i32 = 13;
const CLIENT_REVOKED: i32 = 18;
const PREAUTH_FAILED: i32 = 24;
/// In a logon it is the same: so MIT says what others call 24.
const BAD_INTEGRITY: i32 = 31;

/// The finding, where the code has a row.
pub(super) fn found<'a>(group: Group<'a>, judged: Judged, after: &After<'a>) -> Option<Found<'a>> {
    let Failure { asked, error, .. } = group.first;
    let row = super::row(&group.first)?;
    let beside = Beside::of(&group.first, after);
    let found = Found::between(&row.id, asked.ends, asked.at)
        .no_worse_than(judged.severity)
        .at_most(if lacks_etype(&group.first) { Likely } else { Certain })
        .key(key(&group))
        .service(asked.service().filter(|_| !asked.is_logon()).or(asked.realm()))
        .times(group.count(), asked.at.time, group.last())
        .references(references(error.code))
        .topics(topics(&asked, after));
    let found = evidence(found, &group);
    let found = said::codes(found, error).told(move || words_for(row, &group, judged, beside));
    Some(if asked.is_at_service() { found } else { found.apart_from_flow() })
}

/// What else is known of the client.
#[derive(Clone, Copy)]
struct Beside<'a> {
    /// The only user who logged on there.
    only_user: Option<&'a str>,
    /// How often the user gave a wrong password there, where that may have locked the account.
    wrong_passwords: u64,
}

impl<'a> Beside<'a> {
    fn of(failure: &Failure<'a>, after: &After<'a>) -> Self {
        let wrong_passwords = match failure.error.code {
            CLIENT_REVOKED => after.wrong_passwords(&failure.asked),
            _ => 0,
        };
        Self { only_user: after.issued.only_user(failure.asked.client()), wrong_passwords }
    }
}

fn words_for(row: &'static Row, group: &Group<'_>, judged: Judged, beside: Beside<'_>) -> Told {
    let users = users(group);
    let Failure { asked, error, .. } = group.first;
    let [short, cause, remedy] = texts(row, &group.first);
    let proxied = is_proxied(&group.first) && reason::of(error).is_none();
    let short = if proxied { "delegation is not allowed" } else { short };
    Told {
        title: format!("{}: {short} ({})", tried(&group.first, &users), error.code),
        cause: format!("{cause}{}{}", story(group, &users, beside), relief(group, judged)),
        remedy: advised(remedy, &asked, judged),
    }
}

/// Title, cause and remedy: of the NT status or text where they decide, else of the code.
fn texts(row: &'static Row, failure: &Failure<'_>) -> [&'static str; 3] {
    let password = failure.error.code == BAD_INTEGRITY && failure.asked.is_logon();
    let row = if password { table::row_of(PREAUTH_FAILED).unwrap_or(row) } else { row };
    let closer = reason::of(failure.error)
        .or_else(|| reason::of_offer(failure))
        .or_else(|| reason::of_name(failure));
    match closer {
        Some(closer) => [closer.short, closer.cause, closer.remedy],
        None => [row.short, row.id.own[0], row.id.own[1]],
    }
}

/// A front end asks in the name of its user (S4U2Proxy), and may not.
fn is_proxied(failure: &Failure<'_>) -> bool {
    failure.error.code == BADOPTION && failure.asked.exchange.options & CNAME_IN_ADDL_TKT != 0
}

/// What did not come about: `10.0.0.5 cannot log on as alice@EXAMPLE.COM`.
fn tried(failure: &Failure<'_>, users: &[String]) -> String {
    let asked = &failure.asked;
    let client = words::CLIENT;
    let service = asked.service().map_or_else(|| "a service".to_owned(), words::name);
    if is_proxied(failure) {
        return format!("{client} gets no ticket for {service} in its user's name");
    }
    let by_password = asked.service().filter(|name| !principal::is_granting(name));
    match (asked.exchange.request, by_password, users) {
        (Request::Ap, ..) => {
            format!("{} refuses the ticket of {client} for {service}", asked.server())
        }
        (Request::Tgs, ..) | (Request::As, Some(_), _) => {
            format!("{client} gets no ticket for {service}")
        }
        (Request::As, None, []) => format!("{client} cannot log on"),
        (Request::As, None, [user]) => format!("{client} cannot log on as {}", words::name(user)),
        (Request::As, None, users) => format!("{client} cannot log on as {} users", users.len()),
    }
}

/// Who answered what to which request.
fn story(group: &Group<'_>, users: &[String], beside: Beside<'_>) -> String {
    let Failure { asked, error, .. } = group.first;
    let servers = words::list(group.servers(SERVERS_MAX));
    let realm =
        asked.realm().map(|realm| format!(" of {}", words::name(realm))).unwrap_or_default();
    let who = match asked.is_at_service() {
        true => format!("The service {servers}"),
        false => format!("The KDC {servers}{realm}"),
    };
    let users = if users.is_empty() { logged_on(&asked, beside) } else { users.to_vec() };
    let of = if users.is_empty() { String::new() } else { format!(" of {}", words::list(users)) };
    let service = asked
        .service()
        .map_or_else(String::new, |service| format!(" for {}", words::name(service)));
    let etypes = match error.code {
        ETYPE_NOSUPP | PREAUTH_REQUIRED => said::etypes(&group.first),
        _ => String::new(),
    };
    let request = said::request(asked.exchange.request);
    let lockout = lockout(beside.wrong_passwords);
    format!(
        " {who} answered the {request}{of}{service} with {}.{etypes}{lockout}",
        said::error(error)
    )
}

/// What may have locked the account.
fn lockout(wrong: u64) -> String {
    match wrong {
        0 | 1 => String::new(),
        _ => format!(" {wrong} wrong passwords of this user came from here: a lockout is likely."),
    }
}

/// A TGS-REQ hides the user; the only one who logged on there is meant.
fn logged_on(asked: &Asked<'_>, beside: Beside<'_>) -> Vec<String> {
    match &asked.exchange.for_user {
        Some(user) => vec![user.to_string()],
        None => beside.only_user.map(str::to_owned).into_iter().collect(),
    }
}

/// Why it is no worse.
fn relief(group: &Group<'_>, judged: Judged) -> String {
    let count = group.count();
    let text = match judged.because {
        None if judged.recovered == 0 => return String::new(),
        None => {
            let failures = words::counted(count, "failure");
            return format!(" {} of {failures} were got over within seconds.", judged.recovered);
        }
        Some(Because::Recovered) if judged.severity == Severity::Warning => {
            "The user got in beside them, so something else keeps sending the old password; it may lock the account."
        }
        Some(Because::Recovered) => "Recovered: the client got its ticket soon after.",
        Some(Because::Noise) => {
            "Clients ask for such names in passing; nothing shows that the ticket was needed."
        }
        Some(Because::OtherName) => "Recovered: a ticket for the host's other name was issued.",
        Some(Because::Ntlm) => "The client fell back to NTLM.",
        Some(Because::LetIn) => "The web server let the client in all the same.",
        Some(Because::Opportunistic) => {
            "Clients try this by the way; nothing shows that it was needed."
        }
    };
    format!(" {text}")
}

fn advised(remedy: &str, asked: &Asked<'_>, judged: Judged) -> String {
    let remedy = match asked.service().filter(|name| !principal::is_granting(name)) {
        Some(service) => remedy.replace(NAME, &words::name(service)),
        None => remedy.to_owned(),
    };
    match judged.severity {
        Severity::Note => format!("Nothing, unless users complain. Then: {remedy}"),
        _ => remedy,
    }
}

/// Equal keys are one episode, whatever the KDC.
fn key(group: &Group<'_>) -> Key {
    let Failure { asked, error, .. } = group.first;
    let [user, at, realm] = match (asked.is_logon(), only_user(group)) {
        (true, Some((user, Some(realm)))) => [user, "@", realm],
        (true, Some((user, None))) => [user, "", ""],
        (true, None) => ["users", "", ""],
        (false, _) => [asked.service().unwrap_or_default(), "", ""],
    };
    let status = error.nt_status.map(|status| format!(" {status:08x}")).unwrap_or_default();
    let for_user = asked.exchange.for_user.as_deref().unwrap_or_default();
    let text = reason::of(error).map_or("", |reason| reason.short);
    let asked_realm = asked.realm().unwrap_or_default();
    Key::lower(&[asked_realm, &status, " ", user, at, realm, " ", for_user, " ", text])
}

/// The user of a group and the realm of that user, where there is one only.
fn only_user<'a>(group: &Group<'a>) -> Option<(&'a str, Option<&'a str>)> {
    let mut users = group.all().filter_map(|failure| failure.asked.user_and_realm());
    let first = users.next()?;
    users.all(|user| user == first).then_some(first)
}

fn references(code: i32) -> &'static [&'static str] {
    match code {
        62..=66 | 70..=81 => &["RFC 4556 section 3.2", "MS-PKCA"],
        90..=93 => &["RFC 6113"],
        100 => &["RFC 8636"],
        _ => &["RFC 4120 section 7.5.9", "MS-KILE section 2.2"],
    }
}
