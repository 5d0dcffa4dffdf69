//! What a rule concludes about one failed attempt, with what ties it to other findings until they are folded.

use super::Id;
use super::suppress::Step;
use crate::finding::{Code, Confidence, Evidence, Finding, Party, Severity};
use crate::units::{At, Endpoint, Ends, Frame, Time, Transport};
use std::net::IpAddr;

/// Names the finding that says what is wrong with something of a server, its certificate for instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultKey {
    /// Id of that finding.
    pub id: &'static str,
    /// Whose fault: the server of that finding.
    pub server: Party,
    /// Its cause key.
    pub key: String,
}

/// What a failure is about beyond its two parties: somebody needed something. A cause and its symptoms in other
/// conversations share it: who could not resolve a name, and who therefore did not reach a server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Topic {
    /// Who needed it; `None`: anybody.
    who: Option<IpAddr>,
    /// What: see the makers.
    what: String,
}

impl Topic {
    fn new(who: Option<IpAddr>, kind: &str, what: &str) -> Self {
        Self { who, what: format!("{kind} {}", what.to_lowercase()) }
    }

    /// `who` needed the address of `name`.
    pub fn name(who: IpAddr, name: &str) -> Self {
        Self::new(Some(who), "name", name.trim_end_matches('.'))
    }

    /// Somebody needed the address of `name`: a gateway has several addresses, and asks DNS from another one than that
    /// at which it is called.
    pub fn name_of_anybody(name: &str) -> Self {
        Self::new(None, "name", name.trim_end_matches('.'))
    }

    /// `who` needed a ticket for the service `principal` (`HTTP/web.example.com`).
    pub fn ticket(who: IpAddr, principal: &str) -> Self {
        Self::new(Some(who), "ticket", principal)
    }

    /// `who` wanted to log on as `user` (without domain or realm).
    pub fn user(who: IpAddr, user: &str) -> Self {
        Self::new(Some(who), "user", user)
    }

    /// Somebody wanted to log on as `user`: a gateway passes on what its own clients show.
    pub fn user_of_anybody(user: &str) -> Self {
        Self::new(None, "user", user)
    }

    /// `who` needed a KDC of `realm`.
    pub fn realm(who: IpAddr, realm: &str) -> Self {
        Self::new(Some(who), "realm", realm)
    }
}

/// One failed attempt (or one thing worth knowing), put together by a rule.
#[derive(Clone, Debug)]
pub struct Found {
    /// What will be reported.
    pub(super) finding: Finding,
    /// The conversation that failed: it is reported once.
    pub(super) flow: Option<Frame>,
    /// Findings that name its cause; they go below it.
    pub(super) faults: Vec<FaultKey>,
    /// The only client that met it, shown where the finding itself is about a service.
    pub(super) seen_by: Option<Party>,
    /// Other services that it stands for.
    pub(super) also_of: Vec<Endpoint>,
    /// It is no finding by itself, only below a failure that names it.
    pub(super) only_below: bool,
    /// What it is about, to find its cause, or its symptoms, in other conversations.
    pub(super) topics: Vec<Topic>,
    /// Hosts that the client scans: what else fails between them is a probe, and goes below it as a note.
    pub(super) probed: Vec<IpAddr>,
    /// What the client did not achieve, and by which name: a success near in time lowers the finding.
    pub(super) step: Option<(Step, Option<String>)>,
}

impl Found {
    /// A finding about one conversation at `at`.
    pub fn between(id: &Id, ends: &Ends, at: At) -> Self {
        let mut found = Self::new(id, at);
        found.finding.client = Some(Party::Host(ends.client.addr));
        found.finding.server = Some(Party::Service(ends.server));
        found.finding.transport = ends.transport;
        found.flow = Some(ends.flow);
        found
    }

    /// A finding about a service, whoever its clients are.
    pub fn about(id: &Id, server: Endpoint, at: At) -> Self {
        let mut found = Self::new(id, at);
        found.finding.server = Some(Party::Service(server));
        found
    }

    /// A finding about the capture.
    pub fn capture(id: &Id, at: At) -> Self {
        Self::new(id, at)
    }

    fn new(id: &Id, at: At) -> Self {
        let finding = Finding {
            id: id.id,
            severity: id.severity,
            confidence: id.confidence,
            title: String::new(),
            cause: String::new(),
            remedy: String::new(),
            client: None,
            server: None,
            transport: Transport::Tcp,
            service: None,
            cause_key: String::new(),
            count: 1,
            first: at.time,
            last: at.time,
            evidence: Vec::new(),
            codes: Vec::new(),
            references: Vec::new(),
            related: Vec::new(),
        };
        Self {
            finding,
            flow: None,
            faults: Vec::new(),
            seen_by: None,
            also_of: Vec::new(),
            only_below: false,
            topics: Vec::new(),
            probed: Vec::new(),
            step: None,
        }
    }

    /// Who, what and why; `words::CLIENT` stands for who.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.finding.title = title.into();
        self
    }

    /// The root cause in words.
    pub fn cause(mut self, cause: impl Into<String>) -> Self {
        self.finding.cause = cause.into();
        self
    }

    /// What to change.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.finding.remedy = remedy.into();
        self
    }

    /// What tells this cause from others of the same id and parties.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.finding.cause_key = key.into();
        self
    }

    /// It stands for other services too.
    pub fn also_of(mut self, others: Vec<Endpoint>) -> Self {
        self.also_of = others;
        self
    }

    /// A packet that proves it; the decisive one comes first. A packet is shown once.
    pub fn evidence(mut self, at: At, note: impl Into<String>) -> Self {
        let shown = self.finding.evidence.iter().any(|known| known.at.frame == at.frame);
        if !shown {
            self.finding.evidence.push(Evidence { at, note: note.into() });
        }
        self
    }

    /// A packet that proves it, where there is one.
    pub fn evidence_if(self, at: Option<At>, note: &str) -> Self {
        match at {
            Some(at) => self.evidence(at, note),
            None => self,
        }
    }

    /// A code that it rests on.
    pub fn code(mut self, space: &'static str, code: i64, name: impl Into<String>) -> Self {
        self.finding.codes.push(Code { space, code, name: name.into() });
        self
    }

    /// Where the specification says so.
    pub fn references(mut self, references: &[&'static str]) -> Self {
        self.finding.references = references.to_vec();
        self
    }

    /// Not surer than this.
    pub fn at_most(mut self, confidence: Confidence) -> Self {
        self.finding.confidence = self.finding.confidence.min(confidence);
        self
    }

    /// Not worse than this.
    pub fn no_worse_than(mut self, severity: Severity) -> Self {
        self.finding.severity = self.finding.severity.min(severity);
        self
    }

    /// The name that the client used for the service.
    pub fn service(mut self, name: Option<&str>) -> Self {
        self.finding.service = name.map(str::to_owned);
        self
    }

    /// Over what, where it is not one conversation of TCP; [`Transport::Ip`] where it may be any.
    pub fn over(mut self, transport: Transport) -> Self {
        self.finding.transport = transport;
        self
    }

    /// Who tried, where the parties are not those of a conversation.
    pub fn client(mut self, client: Party) -> Self {
        self.finding.client = Some(client);
        self
    }

    /// The only client that met it; the finding remains one about the service.
    pub fn seen_by(mut self, client: Option<Party>) -> Self {
        self.seen_by = client;
        self
    }

    /// Whatever else befell its conversation is another matter: many exchanges share one.
    pub fn apart_from_flow(mut self) -> Self {
        self.flow = None;
        self
    }

    /// No finding by itself: shown only below a failure that names it.
    pub fn only_below(mut self) -> Self {
        self.only_below = true;
        self
    }

    /// The client scans these hosts: whatever else of it fails there is a probe.
    pub fn probed(mut self, hosts: Vec<IpAddr>) -> Self {
        self.probed = hosts;
        self
    }

    /// What it is about: a rule that `explains` this finding and shares a topic with it, near in time, is its cause.
    pub fn topics(mut self, topics: impl IntoIterator<Item = Topic>) -> Self {
        self.topics.extend(topics);
        self
    }

    /// With a host rather than one service of it.
    pub fn on_host(mut self, host: IpAddr) -> Self {
        self.finding.server = Some(Party::Host(host));
        self
    }

    /// How many attempts it stands for, and from when to when.
    pub fn times(mut self, count: u64, first: Time, last: Time) -> Self {
        self.finding.count = count;
        self.finding.first = first;
        self.finding.last = last;
        self
    }

    /// Findings that name its cause.
    pub fn faults(mut self, faults: impl IntoIterator<Item = FaultKey>) -> Self {
        self.faults.extend(faults);
        self
    }

    /// What the client was about to achieve, under which name: if it does so within seconds, the finding is a note.
    pub fn step(mut self, step: Step, name: Option<&str>) -> Self {
        self.step = Some((step, name.map(str::to_owned)));
        self
    }
}
