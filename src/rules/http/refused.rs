//! `http-401-loop`, `eas-unauthorized`: a web server refused the credentials that it was shown.

use super::web::{UNAUTHORIZED, Web, credentials, exchanges, schemes};
use crate::facts::Facts;
use crate::finding::{Confidence, Severity};
use crate::proto::auth::Mechanism;
use crate::proto::http::{Credentials, Scheme};
use crate::rules::{Episodes, Found, Id, Rule, Step, words};
use std::collections::BTreeMap;

const LOOP: Id = Id::error(
    "http-401-loop",
    Confidence::Likely,
    "The web server refused the credentials again and again",
);

const DEVICE: Id =
    Id::error("eas-unauthorized", Confidence::Certain, "ActiveSync 401: credentials refused");

pub(crate) const RULE: Rule = Rule {
    ids: &[LOOP],
    manual: include_str!("../manual/http-401-loop.md"),
    explains: &[],
    check: |facts, episodes| check(facts, episodes, false),
};

pub(crate) const ACTIVE_SYNC: Rule = Rule {
    ids: &[DEVICE],
    manual: include_str!("../manual/eas-unauthorized.md"),
    explains: &[],
    check: |facts, episodes| check(facts, episodes, true),
};

/// From this many refusals on it is a loop; a single one may be a probe of another scheme, or a typing error.
const LOOP_MIN: usize = 2;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>, active_sync: bool) {
    let mut refusals: BTreeMap<_, Vec<Web<'_>>> = BTreeMap::new();
    for web in exchanges(facts) {
        if web.exchange.is_active_sync() == active_sync && web.refuses_credentials(UNAUTHORIZED) {
            refusals.entry(web.pair()).or_default().push(web);
        }
    }
    let all = refusals.values().flat_map(|group| {
        let once = group.len() < LOOP_MIN && !active_sync;
        group.iter().map(move |web| refused(web, once))
    });
    all.for_each(|found| episodes.add(found));
}

fn refused<'a>(web: &Web<'a>, once: bool) -> Found<'a> {
    let id = if web.exchange.is_active_sync() { &DEVICE } else { &LOOP };
    let Some(shown) = web.credentials(UNAUTHORIZED) else { return web.found(id) };
    let (who, service) = (credentials(shown), web.service());
    let worst = if once { Severity::Warning } else { Severity::Error };
    let found = web
        .found(id)
        .no_worse_than(worst)
        .key(format!("{} {}", shown.scheme.name(), shown.user.as_deref().unwrap_or_default()))
        .title(format!("{service} refuses {} of {}: 401", with_article(&who), words::CLIENT))
        .cause(cause(web, shown, &who))
        .remedy(remedy(shown, &service))
        .evidence(web.at(), format!("401 to {}, offers {}", web.request_line(), offered(web)))
        .code("http_status", 401, "Unauthorized")
        .references(&["RFC 9110 section 15.5.2"])
        .step(Step::LetIn, None);
    web.asked(found)
}

/// `the Basic credentials of …`, but `a Kerberos ticket …`.
fn with_article(who: &str) -> String {
    if who.starts_with("a ") { who.to_owned() } else { format!("the {who}") }
}

fn offered(web: &Web<'_>) -> String {
    schemes(web.challenges(UNAUTHORIZED))
}

fn cause(web: &Web<'_>, shown: &Credentials, who: &str) -> String {
    let (server, who) = (web.ends().server, with_article(who));
    let why = match (&shown.scheme, shown.mechanism) {
        (_, Some(Mechanism::Kerberos)) => {
            "the service could not use the ticket, or its owner may not log on there. The server's own log tells which."
        }
        (_, Some(Mechanism::Ntlm)) | (Scheme::Ntlm, _) => {
            "wrong password, an account that is locked, disabled or expired, or a server that cannot reach its domain \
             controller. Event 4625 on the server has the status."
        }
        (Scheme::Bearer, _) => {
            "the token has expired, was issued for another audience, or was revoked."
        }
        _ => {
            "wrong password, a user name in the wrong form (user@domain or DOMAIN\\user), or an account that may not log on."
        }
    };
    format!("{server} answered {who} with 401 and asked again: {why}")
}

fn remedy(shown: &Credentials, service: &str) -> String {
    let user = shown.user.as_deref().map_or_else(|| "the account".to_owned(), words::name);
    match (&shown.scheme, shown.mechanism) {
        (_, Some(Mechanism::Kerberos)) => format!(
            "Read the log of {service} (Windows: Security log, event 4625); check its keytab or service account, and who \
             may log on."
        ),
        (Scheme::Bearer, _) => {
            format!("Fetch a new token; check issuer, audience and clock of {service}.")
        }
        _ => format!(
            "Enter the password of {user} anew where it is stored; check on the directory that the account is enabled, \
             unlocked and not expired; read the log of {service}."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{credentials, exchange, refusal, story};
    use super::*;
    use crate::facts::Web as Served;
    use crate::proto::http::Exchange;
    use crate::rules::testing::{CLIENT, SERVER, at, ids, success};

    #[test]
    fn three_wrong_passwords_are_one_loop() {
        let findings = story([(); 3].map(|()| refusal(Scheme::Basic))).findings();
        assert_eq!(ids(&findings), ["http-401-loop"]);
        let finding = &findings[0];
        assert_eq!((finding.severity, finding.count), (Severity::Error, 3));
        assert_eq!(
            finding.title,
            "web.example.com:443 refuses the Basic credentials of \"alice\" of 10.0.0.5: 401"
        );
    }

    #[test]
    fn the_first_challenge_and_the_legs_of_ntlm_are_healthy() {
        let mut challenged = refusal(Scheme::Ntlm);
        challenged.challenges[0].ntlm_message = Some(2);
        let mut opening = refusal(Scheme::Ntlm);
        opening.credentials.as_mut().expect("shows some").ntlm_message = Some(1);
        let first = Exchange { credentials: None, ..refusal(Scheme::Ntlm) };
        assert!(story([first, opening, challenged]).findings().iter().all(|f| f.id != LOOP.id));
    }

    #[test]
    fn a_stale_nonce_is_no_refusal() {
        let mut stale = refusal(Scheme::Digest);
        stale.challenges[0].stale = true;
        assert!(story([stale.clone(), stale]).findings().is_empty());
    }

    #[test]
    fn one_refusal_is_a_warning_and_one_that_was_got_over_a_note() {
        let once = story([refusal(Scheme::Basic)]).findings();
        assert_eq!(once[0].severity, Severity::Warning);
        let over = story([refusal(Scheme::Basic)]).with(|facts| {
            let web = Served { let_in: success(at(20, 3)), ..Served::default() };
            facts.web.insert((CLIENT, SERVER), web);
        });
        assert_eq!(over.findings()[0].severity, Severity::Note);
    }

    #[test]
    fn a_device_that_is_refused_is_told_as_such() {
        let sync = Exchange {
            uri: "/Microsoft-Server-ActiveSync?Cmd=Sync".into(),
            credentials: Some(credentials(Scheme::Basic)),
            ..exchange(401)
        };
        assert_eq!(ids(&story([sync]).findings()), ["eas-unauthorized"]);
    }
}
