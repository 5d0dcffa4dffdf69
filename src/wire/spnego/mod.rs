//! Tokens of GSS-API (RFC 2743 section 3.1), SPNEGO (RFC 4178, MS-SPNG) and the mechanisms inside.

use super::cursor::Cursor;
use super::der::{self, tag};
use super::{Error, ntlm};

/// Mechanisms that an offer may name; the rest is not read.
const MECHANISMS_MAX: usize = 16;

/// A mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mechanism {
    /// Kerberos 5 (either of its object identifiers).
    Kerberos,
    /// NTLM
    Ntlm,
    /// Kerberos user-to-user.
    UserToUser,
    /// Kerberos through the service (IAKERB).
    Iakerb,
    /// NegoEx
    NegoEx,
    /// SPNEGO itself.
    Spnego,
    /// Another object identifier.
    Other,
}

/// Object identifiers without tag and length.
const OIDS: &[(&[u8], Mechanism)] = &[
    // 1.2.840.113554.1.2.2, and with the 16-bit slip of Windows 2000: 1.2.840.48018.1.2.2
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02], Mechanism::Kerberos),
    (&[0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 0x01, 0x02, 0x02], Mechanism::Kerberos),
    // 1.2.840.113554.1.2.2.3
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02, 0x03], Mechanism::UserToUser),
    // 1.3.6.1.5.2.5
    (&[0x2b, 0x06, 0x01, 0x05, 0x02, 0x05], Mechanism::Iakerb),
    // 1.3.6.1.5.5.2
    (&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x02], Mechanism::Spnego),
    // 1.3.6.1.4.1.311.2.2.10 and .30
    (&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a], Mechanism::Ntlm),
    (&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x1e], Mechanism::NegoEx),
];

impl Mechanism {
    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kerberos => "Kerberos",
            Self::Ntlm => "NTLM",
            Self::UserToUser => "Kerberos user-to-user",
            Self::Iakerb => "IAKERB",
            Self::NegoEx => "NegoEx",
            Self::Spnego => "SPNEGO",
            Self::Other => "another mechanism",
        }
    }

    fn of(oid: &[u8]) -> Self {
        OIDS.iter()
            .find(|(known, _)| *known == oid)
            .map_or(Self::Other, |(_, mechanism)| *mechanism)
    }
}

/// A token, by its outermost layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// The first token of SPNEGO.
    Init(Init<'a>),
    /// A later token of SPNEGO, of either side.
    Response(Response<'a>),
    /// A token of Kerberos (of user-to-user, IAKERB).
    Kerberos(Mechanism, Kerberos<'a>),
    /// A message of NTLM: [`ntlm::message`] reads it.
    Ntlm(&'a [u8]),
    /// Messages of NegoEx.
    NegoEx,
    /// A first token of another mechanism.
    Other,
}

/// NegTokenInit, or NegTokenInit2 of a server that speaks first (MS-SPNG section 2.2.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Init<'a> {
    /// Mechanisms in the order of preference (at most 16).
    pub mechanisms: Vec<Mechanism>,
    /// The first token of the first mechanism.
    pub token: Option<&'a [u8]>,
    /// The server's name in the hints, mostly `not_defined_in_RFC4178@please_ignore`.
    pub hint: Option<&'a [u8]>,
    /// A MIC over the list of mechanisms is there.
    pub has_mic: bool,
}

/// NegTokenResp (RFC 4178 section 4.2.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response<'a> {
    /// negState: 0 completed, 1 incomplete, 2 reject, 3 request-mic.
    pub state: Option<u8>,
    /// The mechanism that the server chose; in its first response only.
    pub mechanism: Option<Mechanism>,
    /// A token of the mechanism.
    pub token: Option<&'a [u8]>,
    /// A MIC over the list of mechanisms is there.
    pub has_mic: bool,
}

/// A Kerberos message with the id of its token (RFC 4121 section 4.1; MS-KILE section 3.4.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kerberos<'a> {
    /// AP-REQ
    ApReq(&'a [u8]),
    /// AP-REP
    ApRep(&'a [u8]),
    /// KRB-ERROR
    Error(&'a [u8]),
    /// Any other: user-to-user's TGT request and reply, a message for the KDC.
    Other,
}

/// How messages of NegoEx begin.
const NEGOEX: &[u8] = b"NEGOEXTS";

/// [APPLICATION 0]: the framing of first tokens.
const INITIAL: u8 = 0x60;

/// The choices of NegotiationToken.
const INIT: u8 = 0xa0;
const RESPONSE: u8 = 0xa1;

/// Kerberos messages without framing, as DCE style has them: [APPLICATION 14], 15 and 30.
const AP_REQ: u8 = 0x6e;
const AP_REP: u8 = 0x6f;
const KRB_ERROR: u8 = 0x7e;

/// Reads one token; those inside are read by another call.
///
/// # Errors
/// The first field that does not fit, or is cut.
pub fn token(bytes: &[u8]) -> Result<Token<'_>, Error> {
    match bytes {
        _ if bytes.starts_with(ntlm::SIGNATURE) => Ok(Token::Ntlm(bytes)),
        _ if bytes.starts_with(NEGOEX) => Ok(Token::NegoEx),
        [INITIAL, ..] => initial(bytes),
        [AP_REQ, ..] => Ok(Token::Kerberos(Mechanism::Kerberos, Kerberos::ApReq(bytes))),
        [AP_REP, ..] => Ok(Token::Kerberos(Mechanism::Kerberos, Kerberos::ApRep(bytes))),
        [KRB_ERROR, ..] => Ok(Token::Kerberos(Mechanism::Kerberos, Kerberos::Error(bytes))),
        _ => negotiation(Cursor::new(bytes)),
    }
}

/// The framing of first tokens: a mechanism, and what it makes of the rest. Kerberos frames all of its tokens so.
fn initial(bytes: &[u8]) -> Result<Token<'_>, Error> {
    let mut body = der::expect(&mut Cursor::new(bytes), INITIAL, "initial token")?.body;
    let oid = der::expect(&mut body, tag::OID, "mechanism")?.body;
    match Mechanism::of(oid.rest()) {
        Mechanism::Spnego => negotiation(body),
        Mechanism::Ntlm if body.rest().starts_with(ntlm::SIGNATURE) => Ok(Token::Ntlm(body.rest())),
        Mechanism::NegoEx => Ok(Token::NegoEx),
        mechanism @ (Mechanism::Kerberos | Mechanism::UserToUser | Mechanism::Iakerb) => {
            let id = body.u16("token id")?;
            Ok(Token::Kerberos(mechanism, kerberos(id, body.rest())))
        }
        Mechanism::Ntlm | Mechanism::Other => Ok(Token::Other),
    }
}

fn kerberos(id: u16, message: &[u8]) -> Kerberos<'_> {
    match id {
        0x0100 => Kerberos::ApReq(message),
        0x0200 => Kerberos::ApRep(message),
        0x0300 => Kerberos::Error(message),
        _ => Kerberos::Other,
    }
}

/// NegotiationToken
fn negotiation(mut input: Cursor<'_>) -> Result<Token<'_>, Error> {
    let at = input.at();
    let mut choice = der::any(&mut input, "NegotiationToken")?;
    let fields = |body: &mut _| Ok(der::expect(body, tag::SEQUENCE, "NegotiationToken")?.body);
    match choice.tag {
        INIT => init(fields(&mut choice.body)?).map(Token::Init),
        RESPONSE => response(fields(&mut choice.body)?).map(Token::Response),
        _ => Err(der::invalid("NegotiationToken", at)),
    }
}

fn init(mut fields: Cursor<'_>) -> Result<Init<'_>, Error> {
    let mut init = Init::default();
    while !fields.is_empty() {
        let mut field = der::any(&mut fields, "NegTokenInit")?;
        match field.tag {
            0xa0 => init.mechanisms = mechanisms(&mut field.body)?,
            0xa2 => init.token = Some(octets(&mut field.body, "mechToken")?),
            // RFC 4178 has the MIC here, MS-SPNG the hints, and the MIC behind them.
            0xa3 => match field.body.rest().first() {
                Some(&tag::SEQUENCE) => init.hint = hint(&mut field.body)?,
                _ => init.has_mic = true,
            },
            0xa4 => init.has_mic = true,
            _ => {}
        }
    }
    Ok(init)
}

fn mechanisms(body: &mut Cursor<'_>) -> Result<Vec<Mechanism>, Error> {
    let mut list = der::expect(body, tag::SEQUENCE, "mechTypes")?.body;
    let mut mechanisms = Vec::new();
    while !list.is_empty() && mechanisms.len() < MECHANISMS_MAX {
        let oid = der::expect(&mut list, tag::OID, "mechType")?.body;
        mechanisms.push(Mechanism::of(oid.rest()));
    }
    Ok(mechanisms)
}

fn hint<'a>(body: &mut Cursor<'a>) -> Result<Option<&'a [u8]>, Error> {
    let mut hints = der::expect(body, tag::SEQUENCE, "negHints")?.body;
    let Some(mut name) = der::optional(&mut hints, 0xa0) else { return Ok(None) };
    Ok(Some(der::any(&mut name.body, "hintName")?.body.rest()))
}

fn response(mut fields: Cursor<'_>) -> Result<Response<'_>, Error> {
    let mut response = Response::default();
    while !fields.is_empty() {
        let mut field = der::any(&mut fields, "NegTokenResp")?;
        match field.tag {
            0xa0 => {
                response.state = der::any(&mut field.body, "negState")?.body.rest().last().copied()
            }
            0xa1 => {
                let oid = der::expect(&mut field.body, tag::OID, "supportedMech")?.body;
                response.mechanism = Some(Mechanism::of(oid.rest()));
            }
            0xa2 => response.token = Some(octets(&mut field.body, "responseToken")?),
            0xa3 => response.has_mic = true,
            _ => {}
        }
    }
    Ok(response)
}

fn octets<'a>(body: &mut Cursor<'a>, field: &'static str) -> Result<&'a [u8], Error> {
    Ok(der::expect(body, tag::OCTET_STRING, field)?.body.rest())
}

#[cfg(test)]
mod tests;
