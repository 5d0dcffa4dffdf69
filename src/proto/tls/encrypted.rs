//! Records whose content is ciphertext: what they are by their type and place.

use super::handshake::Opening;
use super::suites::Sizes;
use super::{AlertHint, Stage, Tls};
use crate::proto::Out;
use crate::units::{At, Side};

/// Encrypted records of each side whose lengths are kept.
const LENGTHS_MAX: usize = 8;

impl Tls {
    /// ChangeCipherSpec: up to TLS 1.2 all that follows of this side is encrypted; in TLS 1.3 it means nothing.
    pub(super) fn change_cipher_spec(&mut self, side: Side, at: At) {
        let (role, tls13) = (self.role(side), self.sizes.is_some());
        let ciphered = match self.opening() {
            Some(opening) => opening.note_change_cipher_spec(role, at, tls13),
            None => true,
        };
        let direction = self.direction(side);
        direction.ciphered |= ciphered;
        direction.known &= ciphered;
    }

    /// A handshake record that cannot be read: Finished, and behind it renegotiation.
    pub(super) fn encrypted_handshake(&mut self, side: Side, at: At, length: u16) {
        self.went_on(side);
        self.direction(side).ciphered = true;
        let role = self.role(side);
        let finished = self.opening().is_some_and(|opening| {
            opening.note_encrypted(role, at, length);
            opening.note_finished(role, at)
        });
        if !finished {
            self.renegotiation(side, at);
        }
    }

    /// Handshake messages behind the Finished, or a HelloRequest.
    pub(super) fn renegotiation(&mut self, side: Side, at: At) {
        self.traffic.renegotiation = Some((side, at));
        if let Some(opening) = self.opening() {
            opening.fact.steps.renegotiation.get_or_insert((side, at));
        }
    }

    /// A record of type 23, `length` bytes long.
    pub(super) fn application_data(&mut self, side: Side, at: At, length: u16, out: &mut Out<'_>) {
        let (role, sizes) = (self.role(side), self.sizes);
        self.went_on(side);
        let padded = self.may_pad(role);
        if sizes.is_some_and(|sizes| sizes.is_alert(length, padded))
            && self.hold(AlertHint { sender: side, at, record_length: length })
        {
            if let Some(opening) = self.opening() {
                opening.note_encrypted(role, at, length);
            }
            return;
        }
        let records = 1 + self.release(side);
        match self.opening() {
            None => count(&mut self.traffic.data_records, role, records),
            Some(opening) => {
                opening.application_data(role, at, length, sizes, records);
                self.padded = opening.flight.padded;
                self.report_when_settled(out);
            }
        }
    }

    /// Whether `role` may have padded an alert: it padded its Finished, or has not come to one yet.
    fn may_pad(&self, role: Side) -> bool {
        let first = |opening: &Opening| role == Side::Client && !opening.flight.has_begun();
        match &self.stage {
            Stage::Outcome(opening) => self.padded[role.index()] || first(opening),
            Stage::End | Stage::Over => self.padded[role.index()],
        }
    }
}

fn count(data_records: &mut [u32; 2], role: Side, records: u32) {
    let [client, server] = data_records;
    let count = if role == Side::Client { client } else { server };
    *count = count.saturating_add(records);
}

impl Opening {
    /// Whether what `role` sends from here on is encrypted.
    fn note_change_cipher_spec(&mut self, role: Side, at: At, tls13: bool) -> bool {
        let fact = &mut self.fact;
        let [client, server] = &mut fact.steps.change_cipher_spec;
        let step = if role == Side::Client { client } else { server };
        step.get_or_insert(at);
        let full = fact.steps.certificate.or(fact.steps.server_hello_done).is_some();
        if role == Side::Server && fact.answer.is_some() && !full && !tls13 && !fact.incomplete {
            fact.resumed = true;
        }
        // Before a ServerHello only TLS 1.3 has one, in front of a second ClientHello or early data.
        fact.answer.is_some() || fact.steps.client_hello.is_none()
    }

    fn note_encrypted(&mut self, role: Side, at: At, length: u16) {
        let [client, server] = &mut self.fact.encrypted_lengths;
        let lengths = if role == Side::Client { client } else { server };
        if lengths.len() < LENGTHS_MAX {
            lengths.push(length);
        }
        if role == Side::Server {
            self.fact.steps.server_encrypted.get_or_insert(at);
        }
    }

    /// Up to TLS 1.2: whether an encrypted handshake record is the first of its side.
    fn note_finished(&mut self, role: Side, at: At) -> bool {
        let [client, server] = &mut self.fact.steps.finished;
        let step = if role == Side::Client { client } else { server };
        let first = step.is_none();
        step.get_or_insert(at);
        first
    }

    /// `sizes` are there in TLS 1.3. `records` counts the record itself and those before it that looked like alerts.
    fn application_data(
        &mut self,
        role: Side,
        at: At,
        length: u16,
        sizes: Option<Sizes>,
        records: u32,
    ) {
        let is_data = match sizes {
            Some(sizes) => self.is_behind_finished(role, at, length, sizes),
            None => !self.is_early(role),
        };
        if sizes.is_some() || is_data {
            self.note_encrypted(role, at, length);
        }
        if is_data {
            count(&mut self.fact.data_records, role, records);
            let [client, server] = &mut self.fact.steps.data;
            let step = if role == Side::Client { client } else { server };
            step.get_or_insert(at);
        }
    }

    /// Data of a client that has seen no ServerHello is early data.
    fn is_early(&self, role: Side) -> bool {
        let steps = &self.fact.steps;
        role == Side::Client
            && steps.client_hello.is_some()
            && self.fact.answer.is_none()
            && !self.fact.incomplete
    }

    /// Both Finished were seen; TLS 1.3: the client sent a record behind the ServerHello that is no alert.
    pub(super) fn is_completed(&self) -> bool {
        self.flight.has_begun() || self.fact.steps.finished.iter().all(Option::is_some)
    }

    /// The handshake is completed and both sides sent data behind it: nothing that follows belongs to it.
    pub(super) fn is_settled(&self) -> bool {
        self.fact.data_records.iter().all(|records| *records > 0) && self.is_completed()
    }
}
