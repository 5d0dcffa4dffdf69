//! KDC-REQ (RFC 4120 section 5.4.1) and AP-REQ (section 5.5.1).

use super::fields::{Fields, Integers};
use super::padata::PaData;
use super::principal::Principal;
use super::reply::{Ticket, ticket};

/// An AS-REQ or TGS-REQ.
#[derive(Clone, Copy, Debug)]
pub struct KdcRequest<'a> {
    /// Pre-authentication data.
    pub padata: PaData<'a>,
    /// kdc-options, bit 0 the highest.
    pub options: u32,
    /// The client; only in AS-REQ.
    pub cname: Option<Principal<'a>>,
    /// The server's realm, in an AS-REQ the client's, too.
    pub realm: Option<&'a [u8]>,
    /// The service asked for.
    pub sname: Option<Principal<'a>>,
    /// Tells requests apart; the reply has it encrypted.
    pub nonce: Option<u32>,
    /// Encryption types that the client takes, best first.
    pub etypes: Integers<'a>,
    /// An additional ticket is there.
    pub additional_ticket: bool,
}

/// An AP-REQ.
#[derive(Clone, Copy, Debug)]
pub struct ApRequest<'a> {
    /// ap-options, bit 0 the highest.
    pub options: u32,
    /// What is told of the ticket.
    pub ticket: Ticket<'a>,
}

pub(super) fn kdc_request(fields: Fields<'_>) -> KdcRequest<'_> {
    let mut request = KdcRequest {
        padata: PaData::new(&[]),
        options: 0,
        cname: None,
        realm: None,
        sname: None,
        nonce: None,
        etypes: Integers::new(&[]),
        additional_ticket: false,
    };
    for (field, value) in fields {
        match field {
            3 => request.padata = PaData::new(value.sequence()),
            4 => body(&mut request, value.fields()),
            _ => {}
        }
    }
    request
}

/// KDC-REQ-BODY
fn body<'a>(request: &mut KdcRequest<'a>, fields: Fields<'a>) {
    for (field, value) in fields {
        match field {
            0 => request.options = value.flags().unwrap_or_default(),
            1 => request.cname = Principal::new(value),
            2 => request.realm = value.text(),
            3 => request.sname = Principal::new(value),
            7 => request.nonce = value.uint32(),
            8 => request.etypes = Integers::new(value.sequence()),
            11 => request.additional_ticket = !value.sequence().is_empty(),
            _ => {}
        }
    }
}

pub(super) fn ap_request(fields: Fields<'_>) -> ApRequest<'_> {
    let mut request = ApRequest { options: 0, ticket: Ticket::default() };
    for (field, value) in fields {
        match field {
            2 => request.options = value.flags().unwrap_or_default(),
            3 => request.ticket = ticket(value),
            _ => {}
        }
    }
    request
}
