//! What a rule concludes about one failed attempt, with what ties it to other findings until they are folded.

use super::Id;
use super::suppress::Step;
use super::topic::Topic;
use crate::finding::{Code, Confidence, Episode, Key, Late, Party, Proof, Severity, Text, Told};
use crate::units::{At, Endpoint, Ends, Frame, Time, Transport};
use std::borrow::Cow;
use std::net::IpAddr;
use std::rc::Rc;

/// Names the finding that says what is wrong with something of a server, its certificate for instance. Most failures
/// name one, so it is small, and put into a key only where such a finding may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultKey {
    /// Id of that finding.
    pub id: &'static str,
    /// Whose fault: the server of that finding.
    pub server: Party,
    /// What of it.
    pub of: FaultOf,
}

/// What of a server has a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultOf {
    /// A chain, by the first bytes of its leaf's fingerprint; `None`: one without certificates.
    Chain(Option<[u8; 8]>),
    /// What one client met.
    Client(IpAddr),
    /// The host itself.
    Host,
}

impl FaultOf {
    /// The key of the finding.
    pub fn key(self) -> Key {
        match self {
            Self::Chain(Some(print)) => Key::hex(&print),
            Self::Chain(None) => Key::from("none"),
            Self::Client(client) => client.to_string().into(),
            Self::Host => Key::default(),
        }
    }
}

/// One failed attempt (or one thing worth knowing), put together by a rule.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// What will be reported: large, so it stays where it was made.
    pub(super) episode: Rc<Episode<'a>>,
    /// The conversation that failed: it is reported once.
    pub(super) flow: Option<Frame>,
    /// Findings that name its cause; they go below it.
    pub(super) faults: Vec<FaultKey>,
    /// What it is about, to find its cause, or its symptoms, in other conversations.
    pub(super) topics: Vec<Topic<'a>>,
    /// What the client did not achieve, and by which name: a success near in time lowers the finding.
    pub(super) step: Option<(Step, Option<&'a str>)>,
    /// What few findings have: by itself, so that all others can be handed on at little cost.
    pub(super) rare: Option<Box<Rare>>,
}

/// What ties a few findings to others.
#[derive(Clone, Debug, Default)]
pub(super) struct Rare {
    /// The only client that met it, shown where the finding itself is about a service.
    pub(super) seen_by: Option<Party>,
    /// Other services that it stands for, sorted.
    pub(super) also_of: Vec<Endpoint>,
    /// It is no finding by itself, only below a failure that names it.
    pub(super) only_below: bool,
    /// Hosts that the client scans: what else fails between them is a probe, and goes below it as a note.
    pub(super) probed: Vec<IpAddr>,
}

impl<'a> Found<'a> {
    /// A finding about one conversation at `at`.
    pub fn between(id: &Id, ends: &Ends, at: At) -> Self {
        let mut found = Self::new(id, at);
        let episode = found.episode();
        episode.client = Some(Party::Host(ends.client.addr));
        episode.server = Some(Party::Service(ends.server));
        episode.transport = ends.transport;
        found.flow = Some(ends.flow);
        found
    }

    /// A finding about a service, whoever its clients are.
    pub fn about(id: &Id, server: Endpoint, at: At) -> Self {
        let mut found = Self::new(id, at);
        found.episode().server = Some(Party::Service(server));
        found
    }

    /// A finding about the capture.
    pub fn capture(id: &Id, at: At) -> Self {
        Self::new(id, at)
    }

    fn new(id: &Id, at: At) -> Self {
        Self {
            episode: Rc::new(Episode::new(id.id, id.severity, id.confidence, at.time)),
            flow: None,
            faults: Vec::new(),
            topics: Vec::new(),
            rare: None,
            step: None,
        }
    }

    /// What will be reported; nobody else has it yet.
    pub(super) fn episode(&mut self) -> &mut Episode<'a> {
        Rc::make_mut(&mut self.episode)
    }

    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// What it says. Of equal findings one is told, and of many few are read: `words` is called when it is.
    pub fn told(mut self, words: impl Fn() -> Told + 'a) -> Self {
        self.episode().words = Late::of(words);
        self
    }

    /// Who, what and why; `words::CLIENT` stands for who.
    pub fn title(self, title: impl Into<String>) -> Self {
        self.said(|told| told.title = title.into())
    }

    /// The root cause in words.
    pub fn cause(self, cause: impl Into<String>) -> Self {
        self.said(|told| told.cause = cause.into())
    }

    /// What to change.
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        self.said(|told| told.remedy = remedy.into())
    }

    fn said(mut self, change: impl FnOnce(&mut Told)) -> Self {
        let words = &mut self.episode().words;
        let mut told = match std::mem::replace(words, Late::Made(Told::default())) {
            Late::Made(told) => told,
            Late::Make(make) => make(),
        };
        change(&mut told);
        *words = Late::Made(told);
        self
    }

    /// What tells this cause from others of the same id and parties.
    pub fn key(mut self, key: impl Into<Key>) -> Self {
        self.episode().key = key.into();
        self
    }

    /// It stands for other services too.
    pub fn also_of(mut self, others: Vec<Endpoint>) -> Self {
        let mut others = others;
        others.sort_unstable();
        if !others.is_empty() {
            self.rare().also_of = others;
        }
        self
    }

    /// A packet that proves it; the decisive one comes first. A packet is shown once.
    pub fn evidence(mut self, at: At, note: impl Into<Text<'a>>) -> Self {
        let evidence = &mut self.episode().evidence;
        if !evidence.iter().any(|known| known.at.frame == at.frame) {
            evidence.push(Proof { at, note: note.into() });
        }
        self
    }

    /// A packet that proves it, where there is one.
    pub fn evidence_if(self, at: Option<At>, note: impl Into<Text<'a>>) -> Self {
        match at {
            Some(at) => self.evidence(at, note),
            None => self,
        }
    }

    /// A code that it rests on.
    pub fn code(
        mut self,
        space: &'static str,
        code: i64,
        name: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.episode().codes.push(Code { space, code, name: name.into() });
        self
    }

    /// Where the specification says so.
    pub fn references(mut self, references: &'static [&'static str]) -> Self {
        self.episode().references = references;
        self
    }

    /// Not surer than this.
    pub fn at_most(mut self, confidence: Confidence) -> Self {
        let episode = self.episode();
        episode.confidence = episode.confidence.min(confidence);
        self
    }

    /// Not worse than this.
    pub fn no_worse_than(mut self, severity: Severity) -> Self {
        let episode = self.episode();
        episode.severity = episode.severity.min(severity);
        self
    }

    /// The name that the client used for the service.
    pub fn service(mut self, name: Option<&'a str>) -> Self {
        self.episode().service = name.map(Cow::Borrowed);
        self
    }

    /// Over what, where it is not one conversation of TCP; [`Transport::Ip`] where it may be any.
    pub fn over(mut self, transport: Transport) -> Self {
        self.episode().transport = transport;
        self
    }

    /// Who tried, where the parties are not those of a conversation.
    pub fn client(mut self, client: Party) -> Self {
        self.episode().client = Some(client);
        self
    }

    /// The only client that met it; the finding remains one about the service.
    pub fn seen_by(mut self, client: Option<Party>) -> Self {
        if client.is_some() {
            self.rare().seen_by = client;
        }
        self
    }

    /// Whatever else befell its conversation is another matter: many exchanges share one.
    pub fn apart_from_flow(mut self) -> Self {
        self.flow = None;
        self
    }

    /// No finding by itself: shown only below a failure that names it.
    pub fn only_below(mut self) -> Self {
        self.rare().only_below = true;
        self
    }

    /// The client scans these hosts: whatever else of it fails there is a probe.
    pub fn probed(mut self, hosts: Vec<IpAddr>) -> Self {
        self.rare().probed = hosts;
        self
    }

    /// What it is about: a rule that `explains` this finding and shares a topic with it, near in time, is its cause.
    pub fn topics(mut self, topics: impl IntoIterator<Item = Topic<'a>>) -> Self {
        self.topics.extend(topics);
        self
    }

    /// With a host rather than one service of it.
    pub fn on_host(mut self, host: IpAddr) -> Self {
        self.episode().server = Some(Party::Host(host));
        self
    }

    /// How many attempts it stands for, and from when to when.
    pub fn times(mut self, count: u64, first: Time, last: Time) -> Self {
        let episode = self.episode();
        (episode.count, episode.first, episode.last) = (count, first, last);
        self
    }

    /// Findings that name its cause.
    pub fn faults(mut self, faults: impl IntoIterator<Item = FaultKey>) -> Self {
        self.faults.extend(faults);
        self
    }

    /// What the client was about to achieve, under which name: if it does so within seconds, the finding is a note.
    pub fn step(mut self, step: Step, name: Option<&'a str>) -> Self {
        self.step = Some((step, name));
        self
    }
}
