//! KDC-REP (RFC 4120 section 5.4.2), AP-REP (section 5.5.2), and what a Ticket says in clear (section 5.3).

use super::fields::{Fields, Value};
use super::principal::Principal;
use crate::wire::cursor::Cursor;
use crate::wire::der;

/// The identifier octet of a Ticket.
const TICKET: u8 = 0x61;

/// An AS-REP or TGS-REP.
#[derive(Clone, Copy, Debug, Default)]
pub struct KdcReply<'a> {
    /// The client's realm.
    pub crealm: Option<&'a [u8]>,
    /// The client.
    pub cname: Option<Principal<'a>>,
    /// The ticket.
    pub ticket: Ticket<'a>,
    /// How the reply's own part is encrypted.
    pub enc_part: EncPart,
}

/// An AP-REP.
#[derive(Clone, Copy, Debug, Default)]
pub struct ApReply {
    /// How it is encrypted.
    pub enc_part: EncPart,
}

/// What a ticket says in clear.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ticket<'a> {
    /// The service's realm.
    pub realm: Option<&'a [u8]>,
    /// The service.
    pub sname: Option<Principal<'a>>,
    /// How it is encrypted.
    pub enc_part: EncPart,
}

/// EncryptedData (RFC 4120 section 5.2.9) without what is encrypted.
#[derive(Clone, Copy, Debug, Default)]
pub struct EncPart {
    /// Encryption type.
    pub etype: Option<i32>,
    /// Version of the key.
    pub kvno: Option<u32>,
}

pub(super) fn kdc_reply(fields: Fields<'_>) -> KdcReply<'_> {
    let mut reply = KdcReply::default();
    for (field, value) in fields {
        match field {
            3 => reply.crealm = value.text(),
            4 => reply.cname = Principal::new(value),
            5 => reply.ticket = ticket(value),
            6 => reply.enc_part = enc_part(value),
            _ => {}
        }
    }
    reply
}

pub(super) fn ap_reply(fields: Fields<'_>) -> ApReply {
    let mut reply = ApReply::default();
    for (field, value) in fields {
        if field == 2 {
            reply.enc_part = enc_part(value);
        }
    }
    reply
}

pub(super) fn ticket(value: Value<'_>) -> Ticket<'_> {
    let mut ticket = Ticket::default();
    let mut contents = Cursor::new(value.contents(TICKET));
    let Ok((sequence, _)) = der::cut_sequence(&mut contents, "ticket") else { return ticket };
    for (field, value) in Fields::new(sequence.body.rest()) {
        match field {
            1 => ticket.realm = value.text(),
            2 => ticket.sname = Principal::new(value),
            3 => ticket.enc_part = enc_part(value),
            _ => {}
        }
    }
    ticket
}

fn enc_part(value: Value<'_>) -> EncPart {
    let mut part = EncPart::default();
    for (field, value) in value.fields() {
        match field {
            0 => part.etype = value.int32(),
            1 => part.kvno = value.uint32(),
            _ => {}
        }
    }
    part
}
