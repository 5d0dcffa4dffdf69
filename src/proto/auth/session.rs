//! Follows one authentication through the tokens of both sides, whatever carries them.

use super::{Carrier, Fact, Mechanism, Ntlm, Spnego};
use crate::proto::clock::{Reading, Source};
use crate::proto::{self, Chunk, Out, krb5};
use crate::units::{At, Side, Time};
use crate::wire;
use crate::wire::ntlm::{self, Authenticate, Challenge, Message};
use crate::wire::spnego::{self, Init, Kerberos, Response, Token};

/// negState of a server that takes none of the mechanisms.
const REJECT: u8 = 2;

/// What a token shows of itself; no secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The mechanism that speaks: that of the innermost token, else the one that was offered first, or chosen.
    pub mechanism: Option<Mechanism>,
    /// Mechanisms offered, in order of preference (first tokens of SPNEGO only; at most 16).
    pub offered: Vec<Mechanism>,
    /// The message of NTLM: 1, 2 or 3.
    pub ntlm_message: Option<u8>,
    /// User of NTLM's message 3.
    pub user: Option<Box<str>>,
    /// Domain of NTLM's message 3.
    pub domain: Option<Box<str>>,
    /// Workstation of NTLM's message 3.
    pub workstation: Option<Box<str>>,
    /// The service of the ticket in an AP-REQ: `HTTP/web.example.com`.
    pub ticket_for: Option<Box<str>>,
    /// The code of a KRB-ERROR.
    pub krb_error: Option<i32>,
    /// negState of a later token of SPNEGO: 0 completed, 1 incomplete, 2 reject, 3 request-mic.
    pub state: Option<u8>,
}

/// One authentication, or several one after the other in the same conversation. The carrier hands over the tokens of
/// both sides as they come, then what the server made of them.
#[derive(Debug)]
pub struct Session {
    carrier: Carrier,
    /// What the client offered last, where, and the mechanism whose token came with it.
    offered: Vec<Mechanism>,
    offer: Option<At>,
    tried: Option<Mechanism>,
    /// Message 1 of NTLM.
    negotiate: Option<At>,
    /// Message 2 of NTLM.
    challenge: Option<(At, Box<Challenge>)>,
    /// Message 3 of NTLM, until the server's answer to it.
    waiting: Option<(At, Box<Ntlm>)>,
    /// Tickets that the client shows.
    kerberos: krb5::Exchanges,
}

impl Session {
    /// Nothing was said yet.
    pub fn new(carrier: Carrier) -> Self {
        let place = match carrier {
            Carrier::Http => krb5::Place::Http,
            Carrier::Smb2 | Carrier::Unread => krb5::Place::Unread,
        };
        Self {
            carrier,
            offered: Vec::new(),
            offer: None,
            tried: None,
            negotiate: None,
            challenge: None,
            waiting: None,
            kerberos: krb5::Exchanges::new(place),
        }
    }

    /// The client sends a token.
    pub fn client_token(&mut self, at: At, bytes: &[u8], out: &mut Out<'_>) -> Seen {
        let mut seen = Seen::default();
        match spnego::token(bytes) {
            Ok(Token::Init(init)) => self.offer(at, init, &mut seen, out),
            Ok(Token::Response(response)) => {
                seen.state = response.state;
                self.client_inner(at, response.token, &mut seen, out);
            }
            Ok(token) => self.client_message(at, token, &mut seen, out),
            Err(_) => {}
        }
        seen
    }

    /// The server sends a token.
    pub fn server_token(&mut self, at: At, bytes: &[u8], out: &mut Out<'_>) -> Seen {
        let mut seen = Seen::default();
        match spnego::token(bytes) {
            Ok(Token::Response(response)) => self.respond(at, response, &mut seen, out),
            Ok(Token::Init(Init { mechanisms, .. })) => {
                seen.mechanism = Some(Mechanism::Spnego);
                seen.offered = mechanisms;
            }
            Ok(token) => self.server_message(at, token, &mut seen, out),
            Err(_) => {}
        }
        seen
    }

    /// What the server made of the client's last token: the status in the carrier's own terms, and whether it lets the
    /// client in. Statuses that only say "go on" (those that come with message 2 of NTLM) do no harm.
    pub fn outcome(&mut self, at: At, status: u32, ok: bool, out: &mut Out<'_>) {
        if let Some((message, mut ntlm)) = self.waiting.take() {
            ntlm.status = Some(status);
            ntlm.accepted = Some(ok);
            ntlm.answer = Some(at);
            emit(message, Fact::Ntlm(ntlm), out);
        }
        self.kerberos.end(out);
    }

    /// The conversation ends: what still waits gets no answer.
    pub fn end(&mut self, out: &mut Out<'_>) {
        if let Some((message, ntlm)) = self.waiting.take() {
            emit(message, Fact::Ntlm(ntlm), out);
        }
    }

    fn offer(&mut self, at: At, init: Init<'_>, seen: &mut Seen, out: &mut Out<'_>) {
        seen.mechanism = init.mechanisms.first().copied();
        seen.offered.clone_from(&init.mechanisms);
        self.offered = init.mechanisms;
        self.client_inner(at, init.token, seen, out);
        self.offer = Some(at);
        self.tried = init.token.and(seen.mechanism);
    }

    /// A token inside of SPNEGO; another SPNEGO is none.
    fn client_inner(&mut self, at: At, token: Option<&[u8]>, seen: &mut Seen, out: &mut Out<'_>) {
        if let Some(Ok(token)) = token.map(spnego::token) {
            self.client_message(at, token, seen, out);
        }
    }

    fn client_message(&mut self, at: At, token: Token<'_>, seen: &mut Seen, out: &mut Out<'_>) {
        match token {
            Token::Ntlm(bytes) => self.client_ntlm(at, bytes, seen, out),
            Token::Kerberos(mechanism, message) => {
                seen.mechanism = Some(mechanism);
                if matches!(message, Kerberos::ApReq(_)) {
                    self.end(out);
                }
                self.kerberos(Side::Client, at, message, seen, out);
            }
            Token::NegoEx => seen.mechanism = Some(Mechanism::NegoEx),
            Token::Other => seen.mechanism = Some(Mechanism::Other),
            Token::Init(_) | Token::Response(_) => {}
        }
    }

    fn client_ntlm(&mut self, at: At, bytes: &[u8], seen: &mut Seen, out: &mut Out<'_>) {
        seen.mechanism = Some(Mechanism::Ntlm);
        let Ok(message) = ntlm::message(bytes) else { return };
        seen.ntlm_message = Some(message.number());
        match message {
            Message::Negotiate(_) => {
                self.end(out);
                self.negotiate = Some(at);
                self.challenge = None;
            }
            Message::Authenticate(message) => {
                self.end(out);
                seen.user = Some(message.user.clone());
                seen.domain = Some(message.domain.clone());
                seen.workstation = Some(message.workstation.clone());
                self.waiting = Some((at, Box::new(self.authenticated(*message))));
            }
            Message::Challenge(_) => {}
        }
    }

    /// A message of Kerberos: its exchange is reported when the server answers it in Kerberos.
    fn kerberos(
        &mut self,
        side: Side,
        at: At,
        message: Kerberos<'_>,
        seen: &mut Seen,
        out: &mut Out<'_>,
    ) {
        let (Kerberos::ApReq(bytes) | Kerberos::ApRep(bytes) | Kerberos::Error(bytes)) = message
        else {
            return;
        };
        let Ok(message) = wire::krb5::parse(bytes) else { return };
        match &message {
            wire::krb5::Message::ApRequest(request) => {
                seen.ticket_for = request.ticket.sname.map(krb5::name);
            }
            wire::krb5::Message::Error(error) => seen.krb_error = error.code,
            _ => {}
        }
        self.kerberos.message(&message, Chunk { side, at, bytes }, out);
    }

    /// Message 3 with what came before it. Messages 1 and 2 serve one message 3 only.
    fn authenticated(&mut self, message: Authenticate) -> Ntlm {
        let Authenticate { domain, user, workstation, response, client, .. } = message;
        let (negotiate, challenge) = (self.negotiate.take(), self.challenge.take());
        let server = challenge.as_ref().map(|(_, challenge)| &**challenge);
        let info = client.map(|client| client.info).unwrap_or_default();
        Ntlm {
            carrier: self.carrier,
            negotiate,
            challenge: challenge.as_ref().map(|(at, _)| *at),
            user,
            domain,
            workstation,
            version: response,
            server_names: server.map(names).unwrap_or_default(),
            target: info.target,
            status: None,
            accepted: None,
            answer: None,
        }
    }

    fn respond(&mut self, at: At, response: Response<'_>, seen: &mut Seen, out: &mut Out<'_>) {
        let Response { state, mechanism: chosen, token, .. } = response;
        seen.state = state;
        seen.mechanism = chosen;
        if state == Some(REJECT) || chosen.is_some_and(|chosen| self.leaves(chosen)) {
            let Self { carrier, offer, tried, .. } = *self;
            let offered = self.offered.clone();
            let spnego = Spnego { carrier, offer, offered, tried, chosen, state };
            emit(at, Fact::Spnego(Box::new(spnego)), out);
        }
        if let Some(Ok(token)) = token.map(spnego::token) {
            self.server_message(at, token, seen, out);
        }
    }

    /// The server chose another mechanism than the client's first.
    fn leaves(&self, chosen: Mechanism) -> bool {
        self.offered.first().is_some_and(|first| *first != chosen)
    }

    fn server_message(&mut self, at: At, token: Token<'_>, seen: &mut Seen, out: &mut Out<'_>) {
        match token {
            Token::Ntlm(bytes) => self.server_ntlm(at, bytes, seen, out),
            Token::Kerberos(mechanism, message) => {
                seen.mechanism = Some(mechanism);
                self.kerberos(Side::Server, at, message, seen, out);
            }
            Token::NegoEx => seen.mechanism = Some(Mechanism::NegoEx),
            Token::Other => seen.mechanism = Some(Mechanism::Other),
            Token::Init(_) | Token::Response(_) => {}
        }
    }

    fn server_ntlm(&mut self, at: At, bytes: &[u8], seen: &mut Seen, out: &mut Out<'_>) {
        seen.mechanism = Some(Mechanism::Ntlm);
        let Ok(message) = ntlm::message(bytes) else { return };
        seen.ntlm_message = Some(message.number());
        let Message::Challenge(challenge) = message else { return };
        if let Some(stamp) = challenge.info.stamp {
            let reading = Reading { side: Side::Server, clock: Time(stamp), source: Source::Ntlm };
            out.emit(at, proto::Fact::Clock(reading));
        }
        self.challenge = Some((at, challenge));
    }
}

/// What the server calls itself and its domain.
fn names(challenge: &Challenge) -> Vec<Box<str>> {
    let mut names = challenge.info.names();
    if names.is_empty() && !challenge.target.is_empty() {
        names.push(challenge.target.clone());
    }
    names
}

fn emit(at: At, fact: Fact, out: &mut Out<'_>) {
    out.emit(at, proto::Fact::Auth(fact));
}
