//! Signature algorithms by their OIDs: the names that people know, and what it takes to verify them.

use crate::wire::cursor::Cursor;
use crate::wire::der::{self, tag};

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hash {
    /// MD2 (RFC 1319)
    Md2,
    /// MD5 (RFC 1321)
    Md5,
    /// SHA-1
    Sha1,
    /// SHA-224
    Sha224,
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

/// How a signature was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignatureKind {
    /// RSASSA-PKCS1-v1_5
    RsaPkcs1(Hash),
    /// RSASSA-PSS with MGF1 and a salt, both of that hash.
    RsaPss(Hash),
    /// ECDSA
    Ecdsa(Hash),
    /// DSA
    Dsa(Hash),
    /// Ed25519
    Ed25519,
    /// Something else.
    #[default]
    Other,
}

impl SignatureKind {
    /// The hash whose weakness would be the signature's.
    pub fn hash(self) -> Option<Hash> {
        match self {
            Self::RsaPkcs1(hash) | Self::RsaPss(hash) | Self::Ecdsa(hash) | Self::Dsa(hash) => {
                Some(hash)
            }
            Self::Ed25519 | Self::Other => None,
        }
    }
}

/// id-RSASSA-PSS (RFC 4055), for signatures and for keys.
pub(super) const RSASSA_PSS: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 10];
const RSASSA_PSS_NAME: &str = "RSASSA-PSS";

/// Signature algorithms: contents of the OID, name, kind.
const ALGORITHMS: &[(&[u8], &str, SignatureKind)] = &[
    (
        &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 2],
        "md2WithRSAEncryption",
        SignatureKind::RsaPkcs1(Hash::Md2),
    ),
    (
        &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 4],
        "md5WithRSAEncryption",
        SignatureKind::RsaPkcs1(Hash::Md5),
    ),
    (
        &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 5],
        "sha1WithRSAEncryption",
        SignatureKind::RsaPkcs1(Hash::Sha1),
    ),
    // The same in OIW's older arc, as makecert wrote it.
    (&[0x2B, 0x0E, 3, 2, 29], "sha1WithRSA", SignatureKind::RsaPkcs1(Hash::Sha1)),
    (
        &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 14],
        "sha224WithRSAEncryption",
        SignatureKind::RsaPkcs1(Hash::Sha224),
    ),
    (
        &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11],
        "sha256WithRSAEncryption",
        SignatureKind::RsaPkcs1(Hash::Sha256),
    ),
    (
        &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 12],
        "sha384WithRSAEncryption",
        SignatureKind::RsaPkcs1(Hash::Sha384),
    ),
    (
        &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 13],
        "sha512WithRSAEncryption",
        SignatureKind::RsaPkcs1(Hash::Sha512),
    ),
    (&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 1], "ecdsa-with-SHA1", SignatureKind::Ecdsa(Hash::Sha1)),
    (
        &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 1],
        "ecdsa-with-SHA224",
        SignatureKind::Ecdsa(Hash::Sha224),
    ),
    (
        &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2],
        "ecdsa-with-SHA256",
        SignatureKind::Ecdsa(Hash::Sha256),
    ),
    (
        &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 3],
        "ecdsa-with-SHA384",
        SignatureKind::Ecdsa(Hash::Sha384),
    ),
    (
        &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 4],
        "ecdsa-with-SHA512",
        SignatureKind::Ecdsa(Hash::Sha512),
    ),
    (&[0x2A, 0x86, 0x48, 0xCE, 0x38, 4, 3], "dsa-with-sha1", SignatureKind::Dsa(Hash::Sha1)),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 1], "dsa-with-sha224", SignatureKind::Dsa(Hash::Sha224)),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 2], "dsa-with-sha256", SignatureKind::Dsa(Hash::Sha256)),
    (&[0x2B, 0x65, 0x70], "Ed25519", SignatureKind::Ed25519),
    (&[0x2B, 0x65, 0x71], "Ed448", SignatureKind::Other),
];

/// Hash functions by the contents of their OIDs.
const HASHES: &[(&[u8], Hash, u64)] = &[
    (&[0x2B, 0x0E, 3, 2, 26], Hash::Sha1, 20),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 4], Hash::Sha224, 28),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1], Hash::Sha256, 32),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2], Hash::Sha384, 48),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3], Hash::Sha512, 64),
];

/// Name and kind of a signature algorithm, from the contents of its AlgorithmIdentifier.
pub(super) fn signature(mut identifier: Cursor<'_>) -> (String, SignatureKind) {
    let Ok(oid) = der::expect(&mut identifier, tag::OID, "algorithm") else {
        return (String::new(), SignatureKind::Other);
    };
    let oid = oid.body.rest();
    if oid == RSASSA_PSS {
        let kind = pss(identifier).map_or(SignatureKind::Other, SignatureKind::RsaPss);
        return (RSASSA_PSS_NAME.to_owned(), kind);
    }
    match ALGORITHMS.iter().find(|(known, ..)| *known == oid) {
        Some((_, name, kind)) => ((*name).to_owned(), *kind),
        None => (der::dotted(oid), SignatureKind::Other),
    }
}

/// The hash of RSASSA-PSS-params (RFC 4055 section 3.1); `None` when mask or salt are of another size.
fn pss(mut identifier: Cursor<'_>) -> Option<Hash> {
    let mut params = der::expect(&mut identifier, tag::SEQUENCE, "RSASSA-PSS-params").ok()?.body;
    let sha1 = (Hash::Sha1, 20);
    let (hash, size) = match der::optional(&mut params, 0xA0) {
        Some(field) => hash_algorithm(field.body)?,
        None => sha1,
    };
    let mask = match der::optional(&mut params, 0xA1) {
        Some(field) => mask_hash(field.body)?,
        None => sha1,
    };
    let salt = match der::optional(&mut params, 0xA2) {
        Some(mut field) => small_integer(&mut field.body)?,
        None => 20,
    };
    (mask.0 == hash && salt == size).then_some(hash)
}

/// A hash function and its size in bytes, from an AlgorithmIdentifier.
fn hash_algorithm(mut field: Cursor<'_>) -> Option<(Hash, u64)> {
    let mut identifier = der::expect(&mut field, tag::SEQUENCE, "hashAlgorithm").ok()?.body;
    let oid = der::expect(&mut identifier, tag::OID, "hashAlgorithm").ok()?.body.rest();
    HASHES.iter().find(|(known, ..)| *known == oid).map(|(_, hash, size)| (*hash, *size))
}

/// The hash of MGF1.
fn mask_hash(mut field: Cursor<'_>) -> Option<(Hash, u64)> {
    let mut identifier = der::expect(&mut field, tag::SEQUENCE, "maskGenAlgorithm").ok()?.body;
    der::expect(&mut identifier, tag::OID, "maskGenAlgorithm").ok()?;
    hash_algorithm(identifier)
}

fn small_integer(field: &mut Cursor<'_>) -> Option<u64> {
    let integer = der::expect(field, tag::INTEGER, "saltLength").ok()?.body.rest();
    let digits = der::unsigned(integer);
    (digits.len() <= 4)
        .then(|| digits.iter().fold(0, |value, digit| value << 8 | u64::from(*digit)))
}
