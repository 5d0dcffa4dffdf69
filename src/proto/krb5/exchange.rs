//! Pairs requests and answers, and tells of each exchange what its messages say.

use super::dialogue::Dialogue;
use super::told::{self, name, text};
use super::{Exchange, Fact, Outcome, Place, Request, verdict};
use crate::proto::clock::{Reading, Source};
use crate::proto::{self, Chunk, Out, Verdict};
use crate::units::{At, Side, Time};
use crate::wire::krb5::{self as wire, ApRequest, KdcReply, KdcRequest, Message};

/// Requests that wait for an answer in one conversation; a further one ends the first.
const WAITING_MAX: usize = 8;

/// The exchanges of one conversation: with a KDC, or in the tokens of another protocol.
#[derive(Debug)]
pub struct Exchanges {
    place: Place,
    waiting: Vec<Waiting>,
    /// What was asked last: an answer that comes once more belongs to it.
    last: Option<Request>,
}

/// A request without an answer so far.
#[derive(Debug)]
struct Waiting {
    exchange: Box<Exchange>,
    nonce: Option<u32>,
    first: At,
}

impl Dialogue for Exchanges {
    const START: fn(&[u8]) -> Verdict = |bytes| verdict(wire::start(bytes));

    fn message(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) {
        if let Ok(message) = wire::parse(chunk.bytes) {
            Self::message(self, &message, chunk, out);
        }
    }

    fn end(&mut self, out: &mut Out<'_>) {
        Self::end(self, out);
    }

    fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }
}

impl Exchanges {
    /// Nothing was said yet.
    pub fn new(place: Place) -> Self {
        Self { place, waiting: Vec::new(), last: None }
    }

    /// Takes a message of `chunk`: keeps a request until its answer comes, and reports the exchange at the answer.
    pub fn message(&mut self, message: &Message<'_>, chunk: Chunk<'_>, out: &mut Out<'_>) {
        let exchange = match message {
            Message::AsRequest(request) => return self.ask(as_request(request), chunk, out),
            Message::TgsRequest(request) => return self.ask(tgs_request(request), chunk, out),
            Message::ApRequest(request) => return self.ask(ap_request(request), chunk, out),
            Message::AsReply(reply) => self.granted(Request::As, reply),
            Message::TgsReply(reply) => self.granted(Request::Tgs, reply),
            Message::ApReply(_) => self.accepted(),
            Message::Error(error) => match self.refused(error, chunk, out) {
                Some(exchange) => exchange,
                None => return,
            },
        };
        out.emit(chunk.at, proto::Fact::Krb5(Fact::Exchange(exchange)));
    }

    /// No answers come any more: what still waits is reported as unanswered. Not so inside another protocol, whose own
    /// answer counts.
    pub fn end(&mut self, out: &mut Out<'_>) {
        if self.place == Place::Http {
            return self.waiting.clear();
        }
        for waiting in self.waiting.drain(..) {
            waiting.give_up(out);
        }
    }

    /// Waits for the answer to a request. One that was sent before is counted.
    fn ask(&mut self, asked: (Exchange, Option<u32>), chunk: Chunk<'_>, out: &mut Out<'_>) {
        let (mut exchange, nonce) = asked;
        exchange.place = self.place;
        self.last = Some(exchange.request);
        if self.place == Place::Http {
            // A ticket is shown anew with each request.
            self.waiting.clear();
        }
        if let Some(known) = self.waiting.iter_mut().find(|known| known.is(&exchange, nonce)) {
            known.exchange.attempts += 1;
            return;
        }
        if self.waiting.len() >= WAITING_MAX {
            self.waiting.remove(0).give_up(out);
        }
        exchange.question = Some(chunk.at);
        exchange.attempts = 1;
        self.waiting.push(Waiting { exchange: Box::new(exchange), nonce, first: chunk.at });
    }

    /// The first of the requests that wait for such an answer.
    fn take(&mut self, fits: impl Fn(&Exchange) -> bool) -> Option<Waiting> {
        let place = self.waiting.iter().position(|waiting| fits(&waiting.exchange))?;
        Some(self.waiting.remove(place))
    }

    /// AS-REP or TGS-REP.
    fn granted(&mut self, request: Request, reply: &KdcReply<'_>) -> Box<Exchange> {
        let waiting = self.take(|exchange| exchange.request == request);
        let mut exchange = waiting.map_or_else(|| self.unseen(request), Waiting::into_exchange);
        // The account's own name, where the client wrote another form of it.
        exchange.cname = reply.cname.map(name).or(exchange.cname);
        exchange.crealm = reply.crealm.map(text).or(exchange.crealm);
        let mut issued = reply.ticket.sname.map(name);
        match &exchange.sname {
            None => exchange.sname = issued.take(),
            Some(asked) => issued = issued.filter(|issued| issued != asked),
        }
        exchange.realm = exchange.realm.or_else(|| reply.ticket.realm.map(text));
        exchange.outcome = Outcome::Ticket {
            issued,
            ticket_etype: reply.ticket.enc_part.etype.unwrap_or_default(),
            enc_part_etype: reply.enc_part.etype.unwrap_or_default(),
            kvno: reply.ticket.enc_part.kvno,
        };
        exchange
    }

    /// AP-REP
    fn accepted(&mut self) -> Box<Exchange> {
        let waiting = self.take(|exchange| exchange.request == Request::Ap);
        let mut exchange = waiting.map_or_else(|| self.unseen(Request::Ap), Waiting::into_exchange);
        exchange.outcome = Outcome::Accepted;
        exchange
    }

    /// KRB-ERROR; `None` when not even its code is there.
    pub(super) fn refused(
        &mut self,
        error: &wire::KrbError<'_>,
        chunk: Chunk<'_>,
        out: &mut Out<'_>,
    ) -> Option<Box<Exchange>> {
        let fact = told::error(error)?;
        let sname = error.sname.map(name);
        let waiting = self.take(|exchange| exchange.sname == sname).or_else(|| self.take(|_| true));
        self.read_clocks(error, &waiting, chunk, out);
        let mut exchange = match waiting {
            Some(waiting) => waiting.into_exchange(),
            None => self.unseen(self.last.unwrap_or_else(|| self.guess(&fact.methods, &sname))),
        };
        exchange.cname = exchange.cname.or_else(|| error.cname.map(name));
        exchange.crealm = error.crealm.map(text).or(exchange.crealm);
        exchange.sname = exchange.sname.or(sname);
        exchange.realm = exchange.realm.or_else(|| error.realm.map(text));
        exchange.outcome = Outcome::Error(Box::new(fact));
        Some(exchange)
    }

    /// The clocks that an error shows: the server's, and the client's where it is one. Some KDCs put the request's nonce
    /// into its place.
    fn read_clocks(
        &self,
        error: &wire::KrbError<'_>,
        waiting: &Option<Waiting>,
        chunk: Chunk<'_>,
        out: &mut Out<'_>,
    ) {
        let mut note = |side: Side, clock: Option<Time>| {
            if let Some(clock) = clock.filter(|clock| clock.0 > 0) {
                let reading = Reading { side, clock, source: Source::Kerberos };
                out.emit(chunk.at, proto::Fact::Clock(reading));
            }
        };
        note(chunk.side, error.stime.and_then(told::time));
        let is_nonce = |(seconds, _)| match waiting.as_ref().and_then(|waiting| waiting.nonce) {
            Some(nonce) => seconds == i64::from(nonce),
            None => self.place == Place::Kdc,
        };
        note(chunk.side.other(), error.ctime.filter(|at| !is_nonce(*at)).and_then(told::time));
    }

    /// What was asked, where the request was not captured: an AS-REQ asks for a ticket-granting ticket or is told how to
    /// prove who the client is.
    fn guess(&self, methods: &[i32], sname: &Option<Box<str>>) -> Request {
        let is_granting = sname.as_deref().is_none_or(|name| name.starts_with("krbtgt/"));
        match self.place {
            Place::Kdc if is_granting || !methods.is_empty() => Request::As,
            Place::Kdc => Request::Tgs,
            Place::Kpasswd | Place::Http | Place::Unread => Request::Ap,
        }
    }

    /// An exchange whose request was not captured.
    fn unseen(&self, request: Request) -> Box<Exchange> {
        Box::new(Exchange { place: self.place, ..Exchange::new(request) })
    }
}

impl Waiting {
    /// This request was sent before.
    fn is(&self, exchange: &Exchange, nonce: Option<u32>) -> bool {
        self.exchange.request == exchange.request
            && self.nonce == nonce
            && self.exchange.sname == exchange.sname
    }

    fn into_exchange(self) -> Box<Exchange> {
        self.exchange
    }

    fn give_up(self, out: &mut Out<'_>) {
        out.emit(self.first, proto::Fact::Krb5(Fact::Exchange(self.exchange)));
    }
}

fn as_request(request: &KdcRequest<'_>) -> (Exchange, Option<u32>) {
    let mut exchange = kdc_request(Request::As, request);
    exchange.cname = request.cname.map(name);
    exchange.crealm.clone_from(&exchange.realm);
    exchange.name_type = request.cname.map(|cname| cname.kind);
    (exchange, request.nonce)
}

fn tgs_request(request: &KdcRequest<'_>) -> (Exchange, Option<u32>) {
    (kdc_request(Request::Tgs, request), request.nonce)
}

fn kdc_request(kind: Request, request: &KdcRequest<'_>) -> Exchange {
    Exchange {
        sname: request.sname.map(name),
        realm: request.realm.map(text),
        etypes: request.etypes.take(told::LIST_MAX).collect(),
        padata: request.padata.take(told::LIST_MAX).map(|datum| datum.kind).collect(),
        options: request.options,
        for_user: request.padata.for_user().map(name),
        ..Exchange::new(kind)
    }
}

fn ap_request(request: &ApRequest<'_>) -> (Exchange, Option<u32>) {
    let exchange = Exchange {
        sname: request.ticket.sname.map(name),
        realm: request.ticket.realm.map(text),
        etypes: request.ticket.enc_part.etype.into_iter().collect(),
        options: request.options,
        ..Exchange::new(Request::Ap)
    };
    (exchange, None)
}
