//! `krb-ok-but-denied`: a valid ticket was shown, no KRB-ERROR came back, and the web server refused all the same.

use super::principal;
use crate::facts::{Facts, Kept, Map};
use crate::finding::Confidence::{Certain, Likely, Possible};
use crate::proto::auth::Mechanism;
use crate::proto::http::{Challenge, Credentials, Exchange};
use crate::rules::{Episodes, Found, Id, Rule, Topic, words};
use crate::units::{At, Close, Endpoint, Ends, SECOND, Side, Time};
use std::net::IpAddr;

const ID: Id = Id::error(
    "krb-ok-but-denied",
    Certain,
    "Kerberos succeeded, yet the service denied access (logon right or ACL)",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/krb-ok-but-denied.md"),
    explains: &[
        "spnego-reject",
        "http-401-loop",
        "http-neg-fallback",
        "http-401-noscheme",
        "eas-forbidden",
    ],
    check,
};

/// negState of SPNEGO: the ticket was good.
const COMPLETED: u8 = 0;
/// negState of SPNEGO: another leg follows; the ticket was not accepted, which `spnego-reject` tells.
const INCOMPLETE: u8 = 1;
const REJECT: u8 = 2;

/// What HTTP.sys and IIS call themselves.
const WINDOWS: [&str; 2] = ["microsoft-httpapi", "microsoft-iis"];

/// What only Windows speaks: WinRM, and the service of Hyper-V.
const WINDOWS_PATH: &str = "/wsman";
const WINDOWS_CLASS: &str = "Hyper-V Replica Service";

/// Who is let in this soon was not denied.
const SOON: i64 = 10 * SECOND;

/// How the server refused.
#[derive(Clone, Copy)]
enum Refusal {
    /// 401 or 403.
    Status(u16),
    /// It ended the connection without an answer.
    Aborted(Close, At),
}

/// A ticket that was shown in vain.
struct Denied<'a> {
    at: At,
    ends: &'a Ends,
    exchange: &'a Exchange,
    service: Option<&'a str>,
    refusal: Refusal,
    /// The answer itself says that the ticket was good.
    accepted: bool,
}

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let denied: Vec<_> =
        facts.http().filter_map(denied).filter(|denied| !denied.was_let_in(facts)).collect();
    if denied.is_empty() {
        return;
    }
    let acceptors = acceptors(facts);
    for denied in &denied {
        episodes.add(denied.found(facts, &acceptors));
    }
}

/// What servers call themselves.
fn acceptors(facts: &Facts) -> Map<Endpoint, &str> {
    let named = facts.http().filter_map(|(kept, exchange)| {
        Some((kept.emitted.ends.server, exchange.server.as_deref()?))
    });
    named.collect()
}

fn denied<'a>((kept, exchange): (&'a Kept, &'a Exchange)) -> Option<Denied<'a>> {
    let (at, ends) = (kept.emitted.at, &kept.emitted.ends);
    let shown = exchange.credentials.as_ref().filter(|shown| is_ticket(shown))?;
    let says_more = |challenge: &Challenge| {
        let state = challenge.state.filter(|_| challenge.has_token);
        challenge.krb_error.is_some() || matches!(state, Some(INCOMPLETE | REJECT))
    };
    if exchange.challenges.iter().any(says_more) {
        return None;
    }
    let refusal = match (exchange.status, exchange.ended) {
        (Some(status @ (401 | 403)), _) => Refusal::Status(status),
        (None, Some((Side::Server, how @ (Close::Fin | Close::Reset), at))) => {
            Refusal::Aborted(how, at)
        }
        _ => return None,
    };
    let accepted = exchange.challenges.iter().any(|challenge| challenge.state == Some(COMPLETED));
    let service = shown.ticket_for.as_deref();
    Some(Denied { at, ends, exchange, service, refusal, accepted })
}

/// An AP-REQ was readable; a bare choice of the mechanism is no ticket.
fn is_ticket(shown: &Credentials) -> bool {
    shown.ticket_for.is_some() && shown.mechanism != Some(Mechanism::Ntlm)
}

impl<'a> Denied<'a> {
    fn client(&self) -> IpAddr {
        self.ends.client.addr
    }

    /// The server let the client in a moment later: the refusal was one of the service's pages, or was got over.
    fn was_let_in(&self, facts: &Facts) -> bool {
        let soon = Time(self.at.time.0.saturating_add(SOON));
        let web = facts.web.get(&(self.client(), self.ends.server));
        web.is_some_and(|web| web.let_in.within(self.at.time, soon))
    }

    fn found(&self, facts: &'a Facts, acceptors: &Map<Endpoint, &str>) -> Found<'a> {
        let acceptor = acceptors.get(&self.ends.server).copied();
        let windows = self.is_windows(acceptor);
        let service = self.service.map_or_else(|| "the service".to_owned(), words::name);
        let valid = if windows || self.accepted { "valid " } else { "" };
        let title = match self.refusal {
            Refusal::Status(status) => format!(
                "{} refuses {} after a {valid}ticket for {service}: {status}",
                self.ends.server,
                words::CLIENT
            ),
            Refusal::Aborted(..) => format!(
                "{} hangs up on {} after a {valid}ticket for {service}",
                self.ends.server,
                words::CLIENT
            ),
        };
        let found = Found::between(&ID, self.ends, self.at)
            .at_most(if windows || self.accepted { Likely } else { Possible })
            .title(title)
            .cause(self.cause(windows, acceptor))
            .remedy(self.remedy(windows))
            .key(service.to_lowercase())
            .service(self.exchange.host.as_deref())
            .references(&["RFC 4559 section 4", "MS-ERREF section 2.3.1"])
            .topics(self.service.map(|service| Topic::ticket(self.client(), service)));
        self.evidence(codes(found, windows, self.refusal), facts)
    }

    fn is_windows(&self, acceptor: Option<&str>) -> bool {
        let named = acceptor
            .map(str::to_lowercase)
            .is_some_and(|name| WINDOWS.iter().any(|windows| name.contains(windows)));
        let class = self.service.and_then(principal::class);
        named
            || class.is_some_and(|class| class.eq_ignore_ascii_case(WINDOWS_CLASS))
            || self.exchange.uri.starts_with(WINDOWS_PATH)
    }

    fn cause(&self, windows: bool, acceptor: Option<&str>) -> String {
        let did = match self.refusal {
            Refusal::Status(status) => format!("answered {status}"),
            Refusal::Aborted(Close::Reset, _) => {
                "reset the connection without an answer".to_owned()
            }
            Refusal::Aborted(..) => "closed the connection without an answer".to_owned(),
        };
        let server = self.ends.server;
        let wire =
            format!("The ticket was shown to {server}, which {did}, and sent no Kerberos error.");
        if windows {
            return format!(
                "Kerberos is innocent: the target refuses the logon after a valid ticket. {wire} Mostly the account \
                 lacks the logon right \"Access this computer from the network\" there (0xC000015B \
                 STATUS_LOGON_TYPE_NOT_GRANTED), or the service's own permissions keep it out. The target logs \
                 0x8009030C SEC_E_LOGON_DENIED; the caller sees 12030 (0x2EFE), connection aborted."
            );
        }
        if self.accepted {
            return format!(
                "Kerberos is innocent: the target refuses the account after a valid ticket. {wire} The token of its answer \
                 says that the ticket was good (accept-completed): the service's own rules (users, groups, permissions) \
                 keep the account out."
            );
        }
        let who = acceptor.map_or_else(String::new, |name| format!(" ({})", words::name(name)));
        format!(
            "Possibly Kerberos is innocent and the service{who} refuses the account by its own rules. {wire} Such \
             servers say the same when they cannot use the ticket: their keytab lacks the name, the version (kvno) or \
             the encryption type of the key, or their clock differs."
        )
    }

    fn remedy(&self, windows: bool) -> String {
        let target = self.ends.server.addr;
        match windows {
            false if self.accepted => format!(
                "Read the log of the web server on {target}, and its rules for who may enter (Require, roles, \
                 permissions of the pages)."
            ),
            true => format!(
                "On the TARGET {target}, read the Security log, event 4625 (logon type 3, with its status), and check \
                 the user rights \"Access this computer from the network\" and \"Deny access to this computer from the \
                 network\" for the account, then the permissions of the service."
            ),
            false => format!(
                "Read the log of the web server on {target}; compare the ticket with its keytab (klist -kte against \
                 kvno {}), its clock with the KDC's, then its rules for who may enter.",
                self.service.map_or_else(|| "NAME".to_owned(), words::name)
            ),
        }
    }

    /// The answer (or the end), the ticket shown, the ticket issued.
    fn evidence(&self, found: Found<'a>, facts: &'a Facts) -> Found<'a> {
        let server = self.ends.server;
        let found = match self.refusal {
            Refusal::Status(status) => {
                found.evidence(self.at, format!("{server} answers {status}"))
            }
            Refusal::Aborted(how, at) => {
                let how = if how == Close::Reset { "RST" } else { "FIN" };
                found.evidence(at, format!("{how} of {server}, no answer came"))
            }
        };
        let shown = self.service.map_or_else(|| "a service".to_owned(), words::name);
        let found = found
            .evidence_if(self.exchange.request, format!("the AP-REQ with a ticket for {shown}"));
        let key =
            self.service.map(|service| (self.client(), service.to_lowercase().into_boxed_str()));
        let issued = key.and_then(|key| facts.tickets.get(&key)?.first);
        match issued {
            Some((at, kdc)) => found.evidence(at, format!("the KDC {kdc} issues the ticket")),
            None => found,
        }
    }
}

/// What the two sides log: Windows alone says it so.
fn codes<'a>(found: Found<'a>, windows: bool, refusal: Refusal) -> Found<'a> {
    let found = match refusal {
        Refusal::Status(401) => found.code("http_status", 401, "Unauthorized"),
        Refusal::Status(status) => found.code("http_status", status.into(), "Forbidden"),
        Refusal::Aborted(..) => found,
    };
    if !windows {
        return found;
    }
    found
        .code("hresult", 0x8009_030C, "SEC_E_LOGON_DENIED")
        .code("win32", 12_030, "ERROR_WINHTTP_CONNECTION_ERROR")
        .code("ntstatus", 0xC000_015B, "STATUS_LOGON_TYPE_NOT_GRANTED")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Web;
    use crate::finding::{Confidence, Severity};
    use crate::proto::Fact;
    use crate::proto::http::Scheme;
    use crate::rules::testing::{CLIENT, SERVER, Story, at, ends, ids, success};
    use crate::rules::testing_krb5::issue;

    const SPN: &str = "HTTP/host2.example.com";

    fn shown(status: Option<u16>) -> Exchange {
        let challenge = Challenge { scheme: Scheme::Negotiate, ..Challenge::default() };
        Exchange {
            method: "POST".into(),
            uri: "/replica".into(),
            host: Some("host2.example.com".into()),
            request: Some(at(9, 1)),
            credentials: Some(Credentials {
                scheme: Scheme::Negotiate,
                mechanism: Some(Mechanism::Kerberos),
                ticket_for: Some(SPN.into()),
                ..Credentials::default()
            }),
            status,
            challenges: vec![challenge],
            server: status.map(|_| "Microsoft-HTTPAPI/2.0".into()),
            ..Exchange::default()
        }
    }

    fn story(exchange: Exchange) -> Story {
        Story::new()
            .two_sided()
            .fact(at(10, 2), ends(), Fact::Http(Box::new(exchange)))
            .with(|facts| issue(facts, "http/host2.example.com", "host1$@example.com", at(7, 0)))
    }

    #[test]
    fn a_logon_right_that_was_taken_away() {
        let findings = story(shown(Some(401))).findings();
        assert_eq!(ids(&findings), ["krb-ok-but-denied[http-401-loop]"]);
        let finding = &findings[0];
        assert_eq!((finding.severity, finding.confidence), (Severity::Error, Confidence::Likely));
        assert!(finding.cause.starts_with("Kerberos is innocent"), "{}", finding.cause);
        assert!(finding.remedy.contains("event 4625"), "{}", finding.remedy);
        let frames: Vec<u64> =
            finding.evidence.iter().map(|shown| shown.at.frame.number()).collect();
        assert_eq!(frames, [10, 9, 7]);
        assert!(finding.codes.iter().any(|code| code.code == 0x8009_030C));
    }

    #[test]
    fn a_server_that_hangs_up_is_known_by_its_other_answers() {
        let first = Exchange { credentials: None, ..shown(Some(401)) };
        let ended = Some((Side::Server, Close::Reset, at(10, 2)));
        let aborted = Exchange { ended, challenges: Vec::new(), ..shown(None) };
        let story = story(aborted).fact(at(5, 0), ends(), Fact::Http(Box::new(first)));
        let findings = story.findings();
        let finding = findings.iter().find(|finding| finding.id == ID.id).expect("is told");
        assert_eq!(finding.confidence, Confidence::Likely);
        assert!(finding.title.contains("hangs up on 10.0.0.5"), "{}", finding.title);
    }

    #[test]
    fn another_acceptor_may_lack_the_key() {
        let server = Some("Apache/2.4.57 (Debian)".into());
        let findings = story(Exchange { server, ..shown(Some(401)) }).findings();
        assert_eq!(findings[0].confidence, Confidence::Possible);
        assert!(findings[0].cause.contains("keytab"), "{}", findings[0].cause);
    }

    #[test]
    fn an_acceptor_that_says_the_ticket_was_good_refuses_by_its_own_rules() {
        let mut exchange = shown(Some(403));
        exchange.server = Some("Apache".into());
        (exchange.challenges[0].has_token, exchange.challenges[0].state) = (true, Some(COMPLETED));
        let findings = story(exchange).findings();
        let finding = findings.iter().find(|finding| finding.id == ID.id).expect("is told");
        assert_eq!(finding.confidence, Confidence::Likely);
        assert!(finding.cause.contains("accept-completed"), "{}", finding.cause);
    }

    #[test]
    fn a_kerberos_error_in_the_answer_is_the_cause_and_a_further_leg_none() {
        let mut modified = shown(Some(401));
        modified.challenges[0].krb_error = Some(41);
        let [leg, rejected] = [INCOMPLETE, REJECT].map(|state| {
            let mut answer = shown(Some(401));
            (answer.challenges[0].has_token, answer.challenges[0].state) = (true, Some(state));
            answer
        });
        for exchange in [modified, leg, rejected] {
            let findings = story(exchange).findings();
            assert!(findings.iter().all(|finding| finding.id != ID.id), "{:?}", ids(&findings));
        }
    }

    #[test]
    fn who_is_let_in_a_moment_later_was_not_denied() {
        let findings = story(shown(Some(401))).with(|facts| {
            let web = Web { let_in: success(at(12, 3)), ..Web::default() };
            facts.web.insert((CLIENT, SERVER), web);
        });
        assert!(findings.findings().iter().all(|finding| finding.id != ID.id));
    }
}
