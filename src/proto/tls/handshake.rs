//! Handshake messages in clear: each one fills in its part of the handshake's fact.

use super::flight::Flight;
use super::messages::{Message, Messages, Next, begins_hello, begins_message, is_surely_clear};
use super::suites::{Sizes, is_key_transport, is_tls13};
use super::{Answer, CertificateSeen, Fact, Handshake, NotTls, Read, Tls};
use crate::proto::{self, Out};
use crate::units::{At, Side};
use crate::wire::tls::{
    ClientHello, HandshakeType, KeyExchange, ServerHello, certificate_request, certificates,
    client_hello, server_hello, server_key_exchange, sslv2_client_hello,
};
use std::sync::Arc;

/// A handshake whose outcome is not known yet.
#[derive(Default)]
pub(super) struct Opening {
    /// What is known so far.
    pub(super) fact: Box<Handshake>,
    /// Of the ServerHello.
    server_random: [u8; 32],
    /// The server name asked for.
    sni: Option<Arc<str>>,
    /// A fatal alert came in clear.
    pub(super) fatal: bool,
    /// The client's part behind a ServerHello of TLS 1.3.
    pub(super) flight: Flight,
}

impl Opening {
    /// About how many bytes it takes, with what it learned: a hello's lists are no longer than the hello.
    pub(super) fn held(&self) -> usize {
        let hello = self.fact.hello.as_ref();
        let hello = hello.map_or(0, |hello| size_of::<ClientHello>() + 2 * hello.length as usize);
        let both = [&self.fact.server_chain, &self.fact.client_chain];
        let chains: usize = both.into_iter().flatten().map(|chain| chain.weight()).sum();
        let exchange = self.fact.key_exchange.as_ref();
        let exchange =
            exchange.map_or(0, |exchange| 128 + exchange.params.len() + exchange.signature.len());
        size_of::<Self>() + size_of::<Handshake>() + hello + chains + exchange
    }

    /// The version chosen is TLS 1.2, so that signatures name their algorithm.
    fn is_tls12(&self) -> bool {
        self.fact.answer.as_ref().is_some_and(|answer| answer.version >= 0x0303)
    }

    fn note_answer(&mut self, hello: ServerHello) {
        self.server_random = hello.random;
        self.fact.resumed = hello.psk;
        self.fact.answer = Some(answer(hello));
    }

    fn note_key_exchange(&mut self, body: &[u8]) {
        let tls12 = self.is_tls12();
        let Some(answer) = &mut self.fact.answer else { return };
        let Ok(exchange) = server_key_exchange(body, answer.cipher, tls12) else { return };
        answer.group = exchange.group;
        answer.scheme = exchange.scheme;
        let client_random = self.fact.hello.as_ref().map(|hello| hello.random);
        self.fact.key_exchange = client_random
            .filter(|_| !exchange.signature.is_empty())
            .map(|client_random| KeyExchange {
                client_random,
                server_random: self.server_random,
                params: exchange.params,
                scheme: exchange.scheme,
                signature: exchange.signature,
            })
            .map(Box::new);
    }
}

fn answer(hello: ServerHello) -> Answer {
    Answer {
        version: hello.version,
        cipher: hello.cipher,
        group: hello.group,
        scheme: None,
        sentinel: sentinel(&hello.random),
        alpn: hello.alpn,
        secure_renegotiation: hello.secure_renegotiation,
        encrypt_then_mac: hello.encrypt_then_mac,
        psk: hello.psk,
        status: hello.status,
    }
}

/// The version that a server capable of a higher one was brought down to (RFC 8446 section 4.1.3).
fn sentinel(random: &[u8; 32]) -> Option<u16> {
    match random.last_chunk::<8>() {
        Some(b"DOWNGRD\x01") => Some(0x0303),
        Some(b"DOWNGRD\x00") => Some(0x0302),
        _ => None,
    }
}

impl Tls {
    /// Bytes are missing: no absence may be read from this connection.
    pub(super) fn mark_incomplete(&mut self) {
        if let Some(opening) = self.opening() {
            opening.fact.incomplete = true;
        }
    }

    /// Notes payload of `side`, whatever it is.
    pub(super) fn note_payload(&mut self, side: Side, at: At) {
        if let Some(opening) = self.opening() {
            opening.fact.steps.first.get_or_insert(at);
            opening.fact.last_record = Some((side, at));
        }
    }

    /// Notes the length of a ClientHello whose record is not whole yet.
    pub(super) fn note_unfinished(&mut self, record: &[u8]) {
        if let Some(opening) = self.opening()
            && opening.fact.steps.client_hello.is_none()
            && let [22, _, _, _, _, 1, a, b, c, ..] = *record
        {
            opening.fact.unfinished_hello = Some(4 + u32::from_be_bytes([0, a, b, c]));
        }
    }

    pub(super) fn note_other_protocol(&mut self, seen: NotTls) {
        if let Some(opening) = self.opening() {
            opening.fact.not_tls.get_or_insert(seen);
        }
    }

    /// A record of handshake messages, or of one that is encrypted.
    pub(super) fn handshake(&mut self, side: Side, at: At, content: &[u8], out: &mut Out<'_>) {
        let direction = self.direction(side);
        let clear = !direction.ciphered
            && (direction.messages.under_way()
                || if direction.known {
                    begins_message(content)
                } else {
                    is_surely_clear(content)
                });
        if !clear {
            let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
            return self.encrypted_handshake(side, at, length);
        }
        direction.known |= begins_hello(content);
        let mut messages = std::mem::take(&mut direction.messages);
        self.messages(side, at, content, &mut messages, out);
        self.direction(side).messages = messages;
    }

    fn messages(
        &mut self,
        side: Side,
        at: At,
        mut content: &[u8],
        messages: &mut Messages,
        out: &mut Out<'_>,
    ) {
        while !self.direction(side).ciphered {
            match messages.next(&mut content, out.message_bytes_max) {
                Next::Message(message) => self.message(side, at, &message, out),
                Next::TooLong => self.mark_incomplete(),
                Next::Nothing => return,
            }
        }
    }

    fn message(&mut self, side: Side, at: At, message: &Message<'_>, out: &mut Out<'_>) {
        match message.kind {
            HandshakeType::CLIENT_HELLO => {
                self.client_hello(side, at, client_hello(&message.body).ok());
            }
            HandshakeType::SERVER_HELLO => self.server_hello(side, at, &message.body),
            HandshakeType::CERTIFICATE => self.certificate(side, at, &message.body, out),
            HandshakeType::HELLO_REQUEST => self.renegotiation(side, at),
            kind => match self.role(side) {
                Side::Server => self.server_message(kind, at, &message.body),
                Side::Client => self.client_message(kind, at),
            },
        }
    }

    /// A ClientHello in SSLv2 format; `bytes` begin with one.
    pub(super) fn sslv2_hello(&mut self, side: Side, at: At, bytes: &[u8]) -> Read {
        let length = bytes.first_chunk().map_or(0, |head| u16::from_be_bytes(*head) & 0x7fff);
        let end = 2 + usize::from(length);
        let Some(hello) = bytes.get(..end) else { return self.short(side, end - bytes.len()) };
        self.direction(side).begun = true;
        self.direction(side).known = true;
        self.client_hello(side, at, sslv2_client_hello(hello).ok());
        Read::Used(end)
    }

    fn client_hello(&mut self, side: Side, at: At, hello: Option<ClientHello>) {
        let fresh = self.opening().is_some_and(|opening| {
            opening.fact.steps.client_hello.is_none() && opening.fact.steps.server_hello.is_none()
        });
        if fresh {
            self.reversed = side == Side::Server;
        }
        if self.role(side) != Side::Client {
            return;
        }
        self.greeted = true;
        let Some(opening) = self.opening() else { return };
        let steps = &mut opening.fact.steps;
        if steps.client_hello.is_none() {
            steps.client_hello = Some(at);
            opening.fact.unfinished_hello = None;
            let name = hello.as_ref().and_then(|hello| hello.sni.as_deref());
            opening.sni = name.map(Arc::from);
            opening.fact.hello = hello.map(Box::new);
        } else if steps.hello_retry.is_some() {
            steps.second_client_hello.get_or_insert(at);
        }
    }

    fn server_hello(&mut self, side: Side, at: At, body: &[u8]) {
        let fresh = self.opening().is_some_and(|opening| {
            opening.fact.steps.client_hello.is_none() && opening.fact.steps.server_hello.is_none()
        });
        if fresh {
            self.reversed = side == Side::Client;
            self.mark_incomplete();
        }
        if self.role(side) != Side::Server {
            return;
        }
        self.greeted = true;
        let Some(opening) = self.opening() else { return };
        opening.fact.steps.server_hello.get_or_insert(at);
        let Ok(hello) = server_hello(body) else { return };
        if hello.retry {
            opening.fact.retries = opening.fact.retries.saturating_add(1);
            opening.fact.retry_group = hello.group;
            opening.fact.steps.hello_retry.get_or_insert(at);
        } else if opening.fact.answer.is_none() {
            let sizes = is_tls13(hello.version).then(|| Sizes::of(hello.cipher));
            opening.note_answer(hello);
            self.settle_version(sizes);
        }
    }

    /// TLS 1.3 encrypts all that follows the ServerHello, on both sides.
    fn settle_version(&mut self, sizes: Option<Sizes>) {
        self.sizes = sizes;
        if sizes.is_some() {
            for direction in &mut self.directions {
                direction.ciphered = true;
                direction.messages = Messages::default();
            }
        }
    }

    fn certificate(&mut self, side: Side, at: At, body: &[u8], out: &mut Out<'_>) {
        let role = self.role(side);
        let Some(opening) = self.opening() else { return };
        let (ders, _) = certificates(body);
        let chain = out.store.chain(&ders);
        let fact = &mut opening.fact;
        let (step, slot) = match role {
            Side::Client => (&mut fact.steps.client_certificate, &mut fact.client_chain),
            Side::Server => (&mut fact.steps.certificate, &mut fact.server_chain),
        };
        step.get_or_insert(at);
        slot.get_or_insert_with(|| chain.clone());
        if ders.is_empty() {
            return;
        }
        let cipher = fact.answer.as_ref().map(|answer| answer.cipher);
        let key_transport = role == Side::Server && cipher.is_some_and(is_key_transport);
        let seen = CertificateSeen { side: role, chain, sni: opening.sni.clone(), key_transport };
        out.emit(at, proto::Fact::Tls(Fact::Certificate(seen)));
    }

    fn server_message(&mut self, kind: HandshakeType, at: At, body: &[u8]) {
        let Some(opening) = self.opening() else { return };
        match kind {
            HandshakeType::SERVER_KEY_EXCHANGE => {
                opening.fact.steps.server_key_exchange.get_or_insert(at);
                opening.note_key_exchange(body);
            }
            HandshakeType::CERTIFICATE_REQUEST => {
                opening.fact.steps.certificate_request.get_or_insert(at);
                let request = certificate_request(body, opening.is_tls12()).unwrap_or_default();
                opening.fact.request = Some(Box::new(request));
            }
            HandshakeType::SERVER_HELLO_DONE => {
                opening.fact.steps.server_hello_done.get_or_insert(at);
            }
            _ => {}
        }
    }

    fn client_message(&mut self, kind: HandshakeType, at: At) {
        let Some(opening) = self.opening() else { return };
        let steps = &mut opening.fact.steps;
        let step = match kind {
            HandshakeType::CLIENT_KEY_EXCHANGE => &mut steps.client_key_exchange,
            HandshakeType::CERTIFICATE_VERIFY => &mut steps.certificate_verify,
            _ => return,
        };
        step.get_or_insert(at);
    }
}
