//! X.509 certificates (RFC 5280): the fields that a chain is judged by, parsed once per distinct DER.

mod algorithm;
mod certificate;
mod extension;
mod generations;
mod key;
mod name;
mod store;

pub use algorithm::{Hash, SignatureKind};
pub use generations::Generations;
pub use key::{KeyKind, RsaKey};
pub use name::distinguished_name;
pub use store::Store;

use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

/// A certificate's fields. Parsed leniently: what could not be read is empty, `flaw` says so.
#[derive(Clone, Debug, Default)]
pub struct Certificate {
    /// The bytes as sent.
    pub der: Box<[u8]>,
    /// SHA-256 of `der`.
    pub sha256: [u8; 32],
    /// Subject, as RFC 4514 has it.
    pub subject: String,
    /// Issuer, as RFC 4514 has it.
    pub issuer: String,
    /// DER of the subject name (for byte-wise comparison).
    pub subject_der: Box<[u8]>,
    /// DER of the issuer name.
    pub issuer_der: Box<[u8]>,
    /// Serial number: lower-case hex, no leading zeros beyond a whole byte (`612021a7000000000007`).
    pub serial: String,
    /// Start of validity, seconds since the epoch; `i64::MIN` when it could not be read.
    pub not_before: i64,
    /// End of validity, seconds since the epoch; `i64::MAX` when it could not be read.
    pub not_after: i64,
    /// dNSName entries of the subjectAltName.
    pub dns_names: Vec<String>,
    /// iPAddress entries of the subjectAltName.
    pub ip_names: Vec<IpAddr>,
    /// The last common name of the subject.
    pub common_name: Option<String>,
    /// Kind and size of the key: `RSA 2048`, `EC P-256`, `Ed25519`.
    pub key: String,
    /// Modulus or curve size in bits, 0 when unknown.
    pub key_bits: u32,
    /// The kind of key, for verifying with it.
    pub key_kind: KeyKind,
    /// DER of the SubjectPublicKeyInfo.
    pub spki_der: Box<[u8]>,
    /// Where the contents of subjectPublicKey lie in `spki_der`.
    pub public_key: Range<usize>,
    /// Name of the signature algorithm: `sha256WithRSAEncryption`, `ecdsa-with-SHA256`; else the dotted OID.
    pub signature: String,
    /// The signature algorithm, for verifying it.
    pub signature_kind: SignatureKind,
    /// Where tbsCertificate, which is signed, lies in `der`.
    pub signed: Range<usize>,
    /// Where the contents of signatureValue lie in `der`.
    pub signature_value: Range<usize>,
    /// X.509 version as people count: 1, 2 or 3.
    pub version: u8,
    /// basicConstraints, where present: cA and pathLenConstraint.
    pub basic_constraints: Option<(bool, Option<u32>)>,
    /// keyUsage bits (RFC 5280 section 4.2.1.3: bit 0 = digitalSignature), where present.
    pub key_usage: Option<u16>,
    /// extendedKeyUsage as dotted OIDs, where present.
    pub extended_key_usage: Option<Vec<String>>,
    /// subjectKeyIdentifier.
    pub subject_key_id: Option<Box<[u8]>>,
    /// authorityKeyIdentifier, keyIdentifier part.
    pub authority_key_id: Option<Box<[u8]>>,
    /// permitted and excluded dNSName subtrees of nameConstraints.
    pub name_constraints: Option<NameConstraints>,
    /// TLS feature extension asks for a stapled OCSP answer (RFC 7633).
    pub must_staple: bool,
    /// caIssuers URLs of authorityInfoAccess.
    pub ca_issuers: Vec<String>,
    /// OCSP URLs of authorityInfoAccess.
    pub ocsp: Vec<String>,
    /// HTTP URLs of cRLDistributionPoints.
    pub crl: Vec<String>,
    /// What could not be read, if anything: the first flaw.
    pub flaw: Option<super::Error>,
}

impl Certificate {
    /// Reads a certificate; broken ones too, as far as they can be read.
    pub fn parse(der: &[u8]) -> Self {
        certificate::parse(der)
    }

    /// tbsCertificate: the bytes that the issuer signed.
    pub fn signed(&self) -> &[u8] {
        self.der.get(self.signed.clone()).unwrap_or_default()
    }

    /// The contents of signatureValue.
    pub fn signature_value(&self) -> &[u8] {
        self.der.get(self.signature_value.clone()).unwrap_or_default()
    }

    /// The contents of subjectPublicKey: RSAPublicKey, a curve point or raw bytes.
    pub fn public_key(&self) -> &[u8] {
        self.spki_der.get(self.public_key.clone()).unwrap_or_default()
    }

    /// Subject and issuer are the same name; it need not be signed with its own key.
    pub fn self_issued(&self) -> bool {
        !self.subject_der.is_empty() && self.subject_der == self.issuer_der
    }
}

/// dNSName subtrees of a nameConstraints extension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameConstraints {
    /// permittedSubtrees
    pub permitted: Vec<String>,
    /// excludedSubtrees
    pub excluded: Vec<String>,
}

/// The certificates of one Certificate message, as sent: leaf first. May be empty.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Differs from that of every other chain, and is the same in every run: the start of a SHA-256 over fingerprints.
    pub id: u128,
    /// As sent.
    pub certificates: Vec<Arc<Certificate>>,
    /// Certificates beyond the first hundred, which are not kept.
    pub left_out: usize,
}
