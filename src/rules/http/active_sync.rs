//! `eas-449`, `eas-451`, `eas-forbidden`: what a mail server asks of a device, and the device does not do.

use super::web::{Web, exchanges};
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::rules::{Episodes, Found, Id, Rule, words};
use std::collections::BTreeMap;

const PROVISION: Id = Id::error(
    "eas-449",
    Confidence::Certain,
    "The ActiveSync device does not accept the policy, provisioning repeats",
);

const REDIRECT: Id = Id::error(
    "eas-451",
    Confidence::Certain,
    "The ActiveSync device did not follow the redirect to its server",
);

const FORBIDDEN: Id = Id::error(
    "eas-forbidden",
    Confidence::Certain,
    "ActiveSync 403: mailbox or device not allowed",
);

macro_rules! device_rule {
    ($rule:ident, $id:ident, $name:literal, $status:literal, $least:literal, $told:path) => {
        /// The rule for this status.
        pub(crate) const $rule: Rule = Rule {
            ids: &[$id],
            manual: include_str!(concat!("../manual/", $name, ".md")),
            explains: &[],
            check: |facts, episodes| check(facts, episodes, $status, $least, $told),
        };
    };
}

// A device that provisions itself gets one 449, sometimes a second one for the acknowledgement.
device_rule!(NEEDS_POLICY, PROVISION, "eas-449", 449, 3, provision);
device_rule!(WRONG_SERVER, REDIRECT, "eas-451", 451, 2, redirect);
device_rule!(NOT_ALLOWED, FORBIDDEN, "eas-forbidden", 403, 1, forbidden);

/// Tells of `status` where a client met it at least `least` times at one server.
fn check<'a>(
    facts: &'a Facts,
    episodes: &mut Episodes<'a>,
    status: u16,
    least: usize,
    told: fn(&Web<'a>) -> Found<'a>,
) {
    let mut met: BTreeMap<_, Vec<Web<'_>>> = BTreeMap::new();
    for web in exchanges(facts).filter(|web| web.is(status) && web.exchange.is_active_sync()) {
        met.entry(web.pair()).or_default().push(web);
    }
    for group in met.values().filter(|group| group.len() >= least) {
        for web in group {
            let note = format!("{status} to {}", web.request_line());
            let found = told(web)
                .evidence(web.at(), note)
                .references(&["MS-ASHTTP section 2.2.2", "MS-ASPROV section 3.1.5"]);
            episodes.add(web.asked(found));
        }
    }
}

fn provision<'a>(web: &Web<'a>) -> Found<'a> {
    web.found(&PROVISION)
        .title(format!("{} does not accept the policy of {}: 449 again and again", words::CLIENT, web.service()))
        .cause(format!(
            "{} answers each request with 449 (the device must provision itself first); the device never gets past it: it \
             does not support the policy, or does not acknowledge it.",
            web.service()
        ))
        .remedy("Loosen the mailbox policy (allow devices that cannot enforce it in full), or update the device; remove the device partnership and pair it anew.")
        .code("http_status", 449, "Retry With")
}

fn redirect<'a>(web: &Web<'a>) -> Found<'a> {
    let place = web.exchange.location.as_deref().unwrap_or("another URL (it does not say which)");
    web.found(&REDIRECT)
        .title(format!("{} does not follow {} to its mailbox server: 451", words::CLIENT, web.service()))
        .cause(format!(
            "{} says that the mailbox is served by {} (451, X-MS-Location); the device asks the old server again.",
            web.service(),
            words::name(place)
        ))
        .remedy(format!(
            "Let the device reach and resolve {}; if it ignores the redirect, enter that server by hand or update it.",
            words::name(place)
        ))
        .code("http_status", 451, "Redirect")
}

fn forbidden<'a>(web: &Web<'a>) -> Found<'a> {
    let user = web.exchange.credentials.as_ref().and_then(|shown| shown.user.as_deref());
    let user = user.map_or_else(|| "the user".to_owned(), words::name);
    let text = web.exchange.text.as_deref().unwrap_or_default();
    let why = match text.contains("403.4") {
        true => "the directory demands TLS, and the request came without (403.4).".to_owned(),
        false => format!(
            "ActiveSync is not allowed for the mailbox of {user}, the device is blocked or in quarantine, or the virtual \
             directory forbids it."
        ),
    };
    web.found(&FORBIDDEN)
        .key(user.clone())
        .title(format!("{} forbids ActiveSync to {} of {}: 403", web.service(), user, words::CLIENT))
        .cause(format!("{} answered 403: {why}", web.service()))
        .remedy(
            "Check the mailbox's ActiveSync switch, the list of allowed, blocked and quarantined devices, and the \
             directory's settings for TLS.",
        )
        .code("http_status", 403, "Forbidden")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{exchange, story};
    use crate::proto::http::Exchange;
    use crate::rules::testing::ids;

    fn sync(status: u16) -> Exchange {
        Exchange {
            method: "POST".into(),
            uri: "/Microsoft-Server-ActiveSync?Cmd=Sync&DeviceId=1".into(),
            ..exchange(status)
        }
    }

    #[test]
    fn a_device_that_provisions_itself_is_healthy_and_one_that_never_ends_is_not() {
        assert!(story([sync(449)]).findings().is_empty());
        let findings = story([(); 4].map(|()| sync(449))).findings();
        assert_eq!(ids(&findings), ["eas-449"]);
        assert_eq!(findings[0].count, 4);
    }

    #[test]
    fn a_redirect_is_to_be_followed() {
        let location = Some("https://mail2.example.com/Microsoft-Server-ActiveSync".into());
        let away = Exchange { location, ..sync(451) };
        assert!(story([away.clone()]).findings().is_empty());
        let findings = story([away.clone(), away]).findings();
        assert_eq!(ids(&findings), ["eas-451"]);
        assert!(findings[0].cause.contains("mail2.example.com"), "{}", findings[0].cause);
    }

    #[test]
    fn a_blocked_device() {
        assert_eq!(ids(&story([sync(403)]).findings()), ["eas-forbidden"]);
        let plain = Exchange { text: Some("403.4 - SSL required".into()), ..sync(403) };
        assert!(story([plain]).findings()[0].cause.contains("demands TLS"));
    }
}
