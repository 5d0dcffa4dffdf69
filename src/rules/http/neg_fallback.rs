//! `http-neg-fallback`: the client was offered Negotiate and came with NTLM instead of a Kerberos ticket.

use super::web::{Web, exchanges};
use crate::facts::Facts;
use crate::finding::{Confidence, Severity};
use crate::proto::auth::Mechanism;
use crate::proto::http::Scheme;
use crate::rules::{Episodes, Found, Id, Rule, Set, words};
use std::net::IpAddr;

const ID: Id = Id::warning(
    "http-neg-fallback",
    Confidence::Certain,
    "Negotiate fell back from Kerberos to NTLM",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/http-neg-fallback.md"),
    explains: &[],
    check,
};

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let mut fallbacks = exchanges(facts).filter(carries_ntlm).peekable();
    if fallbacks.peek().is_none() {
        return;
    }
    let askers = askers(facts);
    for web in fallbacks {
        episodes.add(fallback(&web, askers.contains(&web.ends().client.addr)));
    }
}

/// Hosts that asked a KDC for anything.
fn askers(facts: &Facts) -> Set<IpAddr> {
    let kept = facts.krb5().map(|(kept, _)| kept.emitted.ends.client.addr);
    kept.chain(facts.tickets.keys().map(|(client, _)| *client)).collect()
}

/// Message 1 or 3 of NTLM under the name of Negotiate.
fn carries_ntlm(web: &Web<'_>) -> bool {
    let shown = [&web.exchange.credentials, &web.exchange.proxy_credentials];
    shown
        .into_iter()
        .flatten()
        .any(|shown| shown.scheme == Scheme::Negotiate && shown.mechanism == Some(Mechanism::Ntlm))
}

fn fallback<'a>(web: &Web<'a>, asked_kdc: bool) -> Found<'a> {
    let service = web.service();
    let by_address = web.host().is_none_or(|host| host.parse::<IpAddr>().is_ok());
    let worst = if asked_kdc && !by_address { Severity::Warning } else { Severity::Note };
    let found = web
        .found(&ID)
        .no_worse_than(worst)
        .title(format!("{} comes to {service} with NTLM instead of Kerberos", words::CLIENT))
        .cause(cause(web, &service, asked_kdc, by_address))
        .remedy(format!(
            "Address the service by the name for which HTTP/{} is registered (setspn -Q), and see that the client \
             reaches a domain controller on port 88.",
            web.host().map_or_else(|| "its name".to_owned(), words::name)
        ))
        .evidence(web.at(), format!("answer to {} with NTLM inside Negotiate", web.request_line()))
        .references(&["RFC 4559 section 4", "MS-SPNG section 3.1.5"]);
    web.asked(found)
}

fn cause(web: &Web<'_>, service: &str, asked_kdc: bool, by_address: bool) -> String {
    let why = match (by_address, asked_kdc) {
        (true, _) => {
            "it addresses the server by an IP address, for which clients by default ask no Kerberos ticket.".to_owned()
        }
        (_, true) => {
            "it talks to a domain controller but has no ticket for this service: the service name is not registered, \
             is registered twice, or is not the one that the client asks for."
                .to_owned()
        }
        _ => "it asked no domain controller in this capture: it has no Kerberos logon, or reaches none.".to_owned(),
    };
    format!("{} offered {service} NTLM under the name of Negotiate: {why}", web.ends().client.addr)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{refusal, story};
    use super::*;
    use crate::facts::Tickets;
    use crate::proto::http::Exchange;
    use crate::rules::testing::CLIENT;

    fn ntlm(host: &str) -> Exchange {
        let mut exchange = refusal(Scheme::Negotiate);
        let shown = exchange.credentials.as_mut().expect("shows some");
        (shown.mechanism, shown.ntlm_message) = (Some(Mechanism::Ntlm), Some(1));
        exchange.challenges[0].ntlm_message = Some(2);
        exchange.host = Some(host.into());
        exchange
    }

    fn severity(host: &str, asked: bool) -> Option<Severity> {
        let told = story([ntlm(host)]).with(|facts| {
            if asked {
                facts.tickets.insert((CLIENT, "krbtgt/example.com".into()), Tickets::default());
            }
        });
        told.findings().iter().find(|finding| finding.id == ID.id).map(|found| found.severity)
    }

    #[test]
    fn a_domain_member_without_a_ticket_is_worth_a_warning() {
        assert_eq!(severity("web.example.com", true), Some(Severity::Warning));
        assert_eq!(severity("web.example.com", false), Some(Severity::Note));
        assert_eq!(severity("192.0.2.10", true), Some(Severity::Note));
    }
}
