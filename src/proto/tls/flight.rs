//! TLS 1.3 behind the ServerHello, where every record looks like data: what is handshake and what is data, by place and size.

use super::handshake::Opening;
use super::suites::Sizes;
use crate::units::{At, Side};
use crate::wire::tls::ClientHello;

/// Records of a client in which its Finished is looked for by size: Certificate, CertificateVerify, Finished, and one more.
const RECORDS_MAX: u32 = 4;

/// Number of the extension early_data (RFC 8446 section 4.2.10).
const EARLY_DATA: u16 = 42;

/// What the client sent between the ServerHello and its Finished, as far as records show it.
#[derive(Debug, Default)]
pub(super) struct Flight {
    /// Its records so far, alerts not counted.
    records: u32,
    /// The first of them.
    first: Option<At>,
    /// The second of them.
    second: Option<At>,
    /// The server's last record before them, and its length.
    server_last: Option<(At, u16)>,
    /// The Finished of client and server were padded, and so will be their alerts.
    pub(super) padded: [bool; 2],
}

impl Flight {
    /// The client answered the server's flight, and not with an alert.
    pub(super) fn has_begun(&self) -> bool {
        self.records > 0
    }
}

impl Opening {
    /// Takes a record that is no alert by its size; whether it stands behind the Finished of its side.
    pub(super) fn is_behind_finished(
        &mut self,
        role: Side,
        at: At,
        length: u16,
        sizes: Sizes,
    ) -> bool {
        match role {
            Side::Client => self.client_record(at, length, sizes),
            Side::Server => self.server_record(at, length, sizes),
        }
    }

    fn client_record(&mut self, at: At, length: u16, sizes: Sizes) -> bool {
        if self.fact.steps.finished[0].is_some() {
            return true;
        }
        self.end_server_flight(sizes);
        let padded = sizes.is_padded_finished(length);
        if padded || sizes.is_finished(length) {
            self.flight.padded[0] = padded;
            self.fact.steps.finished[0] = Some(at);
        }
        self.flight.records = self.flight.records.saturating_add(1);
        match self.flight.records {
            1 => self.flight.first = Some(at),
            2 => self.flight.second = Some(at),
            RECORDS_MAX => self.close_flight(),
            _ => {}
        }
        false
    }

    fn server_record(&mut self, at: At, length: u16, sizes: Sizes) -> bool {
        if self.flight.has_begun() {
            self.close_flight();
            return true;
        }
        self.flight.server_last = Some((at, length));
        if sizes.is_finished(length) {
            self.fact.steps.finished[1].get_or_insert(at);
        }
        false
    }

    /// The client answers: the server's last record held its Finished, unless one before it had the size of one.
    fn end_server_flight(&mut self, sizes: Sizes) {
        if let (None, Some((at, length))) = (self.fact.steps.finished[1], self.flight.server_last) {
            self.fact.steps.finished[1] = Some(at);
            self.flight.padded[1] = sizes.is_padded_finished(length);
        }
    }

    /// The client's flight is over. Where no record had the size of a Finished, it was put into the first record
    /// together with the messages before it, and the rest was data. Early data has no such order.
    pub(super) fn close_flight(&mut self) {
        let [client, _] = &mut self.fact.steps.finished;
        if client.is_some() || offers_early_data(self.fact.hello.as_deref()) {
            return;
        }
        *client = self.flight.first;
        let [data, _] = &mut self.fact.data_records;
        *data = data.saturating_add(self.flight.records.saturating_sub(1));
        let [data, _] = &mut self.fact.steps.data;
        *data = data.or(self.flight.second);
    }
}

fn offers_early_data(hello: Option<&ClientHello>) -> bool {
    hello.is_some_and(|hello| hello.extensions.contains(&EARLY_DATA))
}
