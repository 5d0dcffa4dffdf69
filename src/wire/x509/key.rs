//! Public keys (RFC 3279, 5480, 8410): kind, size, and the numbers of RSA keys.

use super::Certificate;
use super::algorithm::RSASSA_PSS;

use crate::wire::Error;
use crate::wire::cursor::Cursor;
use crate::wire::der::{self, tag};

/// The kind of a public key, as far as it matters for verifying with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA, also when restricted to PSS.
    Rsa,
    /// NIST P-256
    P256,
    /// NIST P-384
    P384,
    /// Another elliptic curve.
    OtherCurve,
    /// Ed25519
    Ed25519,
    /// DSA
    Dsa,
    /// Something else, or unreadable.
    #[default]
    Other,
}

/// The numbers of an RSA public key, big-endian, without leading zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RsaKey<'a> {
    /// n
    pub modulus: &'a [u8],
    /// e
    pub exponent: &'a [u8],
}

const RSA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1];
const EC: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1];
const DSA: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x38, 4, 1];

/// Keys whose algorithm says it all: OID, name, bits, kind.
const FIXED: &[(&[u8], &str, u32, KeyKind)] = &[
    (&[0x2B, 0x65, 0x70], "Ed25519", 255, KeyKind::Ed25519),
    (&[0x2B, 0x65, 0x71], "Ed448", 448, KeyKind::Other),
    (&[0x2B, 0x65, 0x6E], "X25519", 255, KeyKind::Other),
    (&[0x2B, 0x65, 0x6F], "X448", 448, KeyKind::Other),
];

/// Named curves: OID, name, bits, kind.
const CURVES: &[(&[u8], &str, u32, KeyKind)] = &[
    (&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 1], "EC P-192", 192, KeyKind::OtherCurve),
    (&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7], "EC P-256", 256, KeyKind::P256),
    (&[0x2B, 0x81, 4, 0, 33], "EC P-224", 224, KeyKind::OtherCurve),
    (&[0x2B, 0x81, 4, 0, 34], "EC P-384", 384, KeyKind::P384),
    (&[0x2B, 0x81, 4, 0, 35], "EC P-521", 521, KeyKind::OtherCurve),
    (&[0x2B, 0x81, 4, 0, 8], "EC secp160r1", 160, KeyKind::OtherCurve),
    (&[0x2B, 0x81, 4, 0, 10], "EC secp256k1", 256, KeyKind::OtherCurve),
    (&[0x2B, 0x24, 3, 3, 2, 8, 1, 1, 7], "EC brainpoolP256r1", 256, KeyKind::OtherCurve),
    (&[0x2B, 0x24, 3, 3, 2, 8, 1, 1, 11], "EC brainpoolP384r1", 384, KeyKind::OtherCurve),
    (&[0x2B, 0x24, 3, 3, 2, 8, 1, 1, 13], "EC brainpoolP512r1", 512, KeyKind::OtherCurve),
];

/// Fills in the fields of the key from subjectPublicKeyInfo.
pub(super) fn read(certificate: &mut Certificate, info: &der::Element<'_>) -> Result<(), Error> {
    certificate.spki_der = info.raw.into();
    let mut body = info.body;
    let mut identifier = der::expect(&mut body, tag::SEQUENCE, "public key algorithm")?.body;
    let oid = der::expect(&mut identifier, tag::OID, "public key algorithm")?.body.rest();
    let bits = der::expect(&mut body, tag::BIT_STRING, "subjectPublicKey")?;
    // One octet in front counts unused bits: none in a key.
    let end = bits.at - info.at + bits.raw.len();
    let key = bits.body.rest().get(1..).unwrap_or_default();
    certificate.public_key = end - key.len()..end;
    let (name, size, kind) = describe(oid, identifier, key);
    (certificate.key, certificate.key_bits, certificate.key_kind) = (name, size, kind);
    Ok(())
}

fn describe(oid: &[u8], mut parameters: Cursor<'_>, key: &[u8]) -> (String, u32, KeyKind) {
    let entry = |table: &[(&[u8], &str, u32, KeyKind)], oid: &[u8]| {
        let known = table.iter().find(|(known, ..)| *known == oid);
        known.map(|(_, name, bits, kind)| ((*name).to_owned(), *bits, *kind))
    };
    match oid {
        RSA | RSASSA_PSS => {
            let bits = RsaKey::parse(key).map_or(0, |key| der::bits(key.modulus));
            (format!("RSA {bits}"), bits, KeyKind::Rsa)
        }
        DSA => {
            let bits = prime_bits(parameters).unwrap_or(0);
            (format!("DSA {bits}"), bits, KeyKind::Dsa)
        }
        EC => match der::optional(&mut parameters, tag::OID) {
            Some(curve) => entry(CURVES, curve.body.rest()).unwrap_or_else(|| {
                let name = format!("EC {}", der::dotted(curve.body.rest()));
                (name, 0, KeyKind::OtherCurve)
            }),
            None => ("EC explicit parameters".to_owned(), 0, KeyKind::OtherCurve),
        },
        _ => entry(FIXED, oid).unwrap_or_else(|| (der::dotted(oid), 0, KeyKind::Other)),
    }
}

/// Bits of p in Dss-Parms (RFC 3279 section 2.3.2).
fn prime_bits(mut parameters: Cursor<'_>) -> Option<u32> {
    let mut numbers = der::optional(&mut parameters, tag::SEQUENCE)?.body;
    der::optional(&mut numbers, tag::INTEGER).map(|prime| der::bits(prime.body.rest()))
}

impl<'a> RsaKey<'a> {
    /// Reads RSAPublicKey (RFC 8017 appendix A.1.1).
    pub fn parse(der: &'a [u8]) -> Option<Self> {
        let mut input = Cursor::new(der);
        let mut numbers = der::expect(&mut input, tag::SEQUENCE, "RSAPublicKey").ok()?.body;
        let modulus = der::expect(&mut numbers, tag::INTEGER, "modulus").ok()?.body.rest();
        let exponent = der::expect(&mut numbers, tag::INTEGER, "publicExponent").ok()?.body.rest();
        Some(Self { modulus: der::unsigned(modulus), exponent: der::unsigned(exponent) })
    }

    /// Bits of the modulus.
    pub fn bits(&self) -> u32 {
        der::bits(self.modulus)
    }
}
