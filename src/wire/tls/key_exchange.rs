//! The ServerKeyExchange up to TLS 1.2 (RFC 5246 section 7.4.3, RFC 8422 section 5.4): the server's share, and its proof.

use crate::codes::{Authentication, CipherKind, KeyExchange as Agreement, cipher_kind};
use crate::wire::cursor::Cursor;
use crate::wire::{Error, ErrorKind};

/// ECCurveType named_curve
const NAMED_CURVE: u8 = 3;

/// A signed ServerKeyExchange (up to TLS 1.2): what its signature covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerKeyExchange {
    /// Named curve of ECDHE, where it is one.
    pub group: Option<u16>,
    /// Bits of the DH prime, where it is DHE.
    pub dh_bits: Option<u32>,
    /// The parameters that are signed, without the randoms.
    pub params: Vec<u8>,
    /// SignatureAndHashAlgorithm (TLS 1.2), as a SignatureScheme number.
    pub scheme: Option<u16>,
    /// The signature; empty for anonymous key exchange.
    pub signature: Vec<u8>,
}

/// A signed ServerKeyExchange with all that its signature covers.
#[derive(Clone, Debug, Default)]
pub struct KeyExchange {
    /// ClientHello.random
    pub client_random: [u8; 32],
    /// ServerHello.random
    pub server_random: [u8; 32],
    /// The parameters.
    pub params: Vec<u8>,
    /// SignatureScheme, absent before TLS 1.2 (then MD5+SHA-1 for RSA, SHA-1 for ECDSA).
    pub scheme: Option<u16>,
    /// The signature.
    pub signature: Vec<u8>,
}

/// Parses the body of a ServerKeyExchange of the cipher suite `cipher`; `tls12` tells whether the signature names its algorithm.
///
/// # Errors
/// The first field that could not be read; `cipher_suite` where that suite has no ServerKeyExchange, or is unknown.
pub fn server_key_exchange(
    body: &[u8],
    cipher: u16,
    tls12: bool,
) -> Result<ServerKeyExchange, Error> {
    let kind = cipher_kind(cipher).ok_or(invalid("cipher_suite", 0))?;
    let mut cursor = Cursor::new(body);
    if kind.psk {
        cursor.vec16("psk_identity_hint")?;
    }
    let from = cursor.at();
    let mut exchange = params(&mut cursor, kind)?;
    exchange.params = body.get(from..cursor.at()).unwrap_or_default().to_vec();
    if is_signed(kind) {
        exchange.scheme = if tls12 { Some(cursor.u16("algorithm")?) } else { None };
        exchange.signature = cursor.vec16("signature")?.rest().to_vec();
    }
    Ok(exchange)
}

/// Passes over the parameters and notes what can be named of them.
fn params(cursor: &mut Cursor<'_>, kind: CipherKind) -> Result<ServerKeyExchange, Error> {
    let mut exchange = ServerKeyExchange::default();
    match kind.key_exchange {
        Agreement::Ecdhe => exchange.group = Some(named_curve(cursor)?),
        Agreement::Dhe => exchange.dh_bits = Some(prime_bits(cursor)?),
        Agreement::RsaTransport if kind.export => {
            cursor.vec16("rsa_modulus")?;
            cursor.vec16("rsa_exponent")?;
        }
        Agreement::Srp => {
            cursor.vec16("srp_N")?;
            cursor.vec16("srp_g")?;
            cursor.vec8("srp_s")?;
            cursor.vec16("srp_B")?;
        }
        // The identity hint is all there is.
        Agreement::Psk | Agreement::RsaTransport if kind.psk => {}
        _ => return Err(invalid("cipher_suite", 0)),
    }
    Ok(exchange)
}

fn named_curve(cursor: &mut Cursor<'_>) -> Result<u16, Error> {
    let at = cursor.at();
    if cursor.u8("curve_type")? != NAMED_CURVE {
        return Err(invalid("curve_type", at));
    }
    let group = cursor.u16("namedcurve")?;
    cursor.vec8("point")?;
    Ok(group)
}

fn prime_bits(cursor: &mut Cursor<'_>) -> Result<u32, Error> {
    let prime = cursor.vec16("dh_p")?.rest();
    cursor.vec16("dh_g")?;
    cursor.vec16("dh_Ys")?;
    let significant = prime.iter().position(|byte| *byte != 0).and_then(|zeros| prime.get(zeros..));
    let Some([top, low @ ..]) = significant else { return Ok(0) };
    Ok(u8::BITS - top.leading_zeros() + 8 * u32::try_from(low.len()).unwrap_or(u32::MAX / 16))
}

fn is_signed(kind: CipherKind) -> bool {
    let key = matches!(
        kind.authentication,
        Authentication::Rsa | Authentication::Ecdsa | Authentication::Dss
    );
    key && !kind.psk
}

fn invalid(field: &'static str, at: usize) -> Error {
    Error { field, at, kind: ErrorKind::Invalid }
}
