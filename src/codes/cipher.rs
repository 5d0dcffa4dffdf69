//! What a cipher suite is made of, read off its IANA name.

use super::table::CIPHER;
use std::sync::LazyLock;

/// How the keys are agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyExchange {
    /// The client encrypts a secret with the server's RSA key: no forward secrecy.
    RsaTransport,
    /// Diffie-Hellman with the key of the certificate.
    Dh,
    /// Diffie-Hellman with a fresh key.
    Dhe,
    /// Elliptic-curve Diffie-Hellman with the key of the certificate.
    Ecdh,
    /// Elliptic-curve Diffie-Hellman with a fresh key.
    Ecdhe,
    /// TLS 1.3: the suite does not say.
    Tls13,
    /// A pre-shared key and nothing else.
    Psk,
    /// A Kerberos ticket (RFC 2712).
    Krb5,
    /// A password (RFC 5054).
    Srp,
    /// GOST, SM2, a password-based scheme, FORTEZZA, or none.
    Other,
}

/// What proves who the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Authentication {
    /// A certificate with an RSA key.
    Rsa,
    /// A certificate with a key on a curve (ECDSA, Ed25519).
    Ecdsa,
    /// A certificate with a DSA key.
    Dss,
    /// Nothing.
    Anon,
    /// A pre-shared key.
    Psk,
    /// TLS 1.3: the suite does not say.
    Any,
    /// A ticket, a password, GOST or SM2 keys, or nothing.
    Other,
}

/// How records are protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Galois counter mode.
    Gcm,
    /// Counter with CBC-MAC.
    Ccm,
    /// The same with a tag of 8 bytes.
    Ccm8,
    /// ChaCha20-Poly1305
    ChaCha,
    /// Block chaining with HMAC.
    Cbc,
    /// RC4 with HMAC.
    Rc4,
    /// Nothing is encrypted.
    Null,
    /// GOST, AEGIS, Salsa20, FORTEZZA.
    Other,
}

/// The hash at the end of a suite's name: of the HMAC with CBC, RC4 and NULL, else of the key derivation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hash {
    /// None, or one of GOST.
    Other,
    /// MD5
    Md5,
    /// SHA-1
    Sha1,
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
    /// SM3
    Sm3,
}

impl Hash {
    /// Length of its output, bytes; 0 where it is not known.
    pub fn length(self) -> u16 {
        match self {
            Self::Other => 0,
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 | Self::Sm3 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// What a cipher suite is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CipherKind {
    /// How the keys are agreed.
    pub key_exchange: KeyExchange,
    /// What proves who the server is.
    pub authentication: Authentication,
    /// A pre-shared key takes part.
    pub psk: bool,
    /// Weakened for export.
    pub export: bool,
    /// How records are protected.
    pub mode: Mode,
    /// See [`enum@Hash`].
    pub hash: Hash,
    /// A stolen server key does not open recorded sessions.
    pub forward_secret: bool,
    /// Block length of the cipher, bytes; 0 for stream ciphers.
    pub block_length: u16,
    /// What each record of TLS 1.2 carries in front of the ciphertext, bytes: IV or explicit nonce.
    pub iv_length: u16,
    /// Length of the tag of an AEAD, else of the MAC, bytes.
    pub tag_length: u16,
}

/// What the suite `number` is made of; `None` for an unknown number and the two signalling values.
pub fn cipher_kind(number: u16) -> Option<CipherKind> {
    let place = KINDS.binary_search_by_key(&number, |(known, _)| *known).ok()?;
    KINDS.get(place).map(|(_, kind)| *kind)
}

static KINDS: LazyLock<Vec<(u16, CipherKind)>> = LazyLock::new(|| {
    let kind = |row: &super::Row| Some((u16::try_from(row.number?).ok()?, kind_of(row.name)?));
    CIPHER.rows().iter().filter_map(kind).collect()
});

fn kind_of(name: &str) -> Option<CipherKind> {
    if name.ends_with("_SCSV") {
        return None;
    }
    let bare =
        name.trim_start_matches("OLD_").trim_start_matches("TLS_").trim_start_matches("SSL_");
    let (agreement, protection) = bare.split_once("_WITH_").unwrap_or(("", bare));
    let words: Vec<&str> = agreement.split('_').collect();
    let has = |word: &str| words.contains(&word);
    let (mode, hash) = (mode(protection), hash(protection));
    let (block_length, iv_length) = lengths(protection, mode);
    let key_exchange = key_exchange(agreement, has);
    Some(CipherKind {
        key_exchange,
        authentication: authentication(agreement, has),
        psk: has("PSK"),
        export: agreement.contains("EXPORT"),
        mode,
        hash,
        forward_secret: matches!(
            key_exchange,
            KeyExchange::Dhe | KeyExchange::Ecdhe | KeyExchange::Tls13
        ),
        block_length,
        iv_length,
        tag_length: match mode {
            Mode::Gcm | Mode::Ccm | Mode::ChaCha => 16,
            Mode::Ccm8 => 8,
            _ => hash.length(),
        },
    })
}

fn key_exchange(agreement: &str, has: impl Fn(&str) -> bool) -> KeyExchange {
    match agreement {
        "" => KeyExchange::Tls13,
        _ if has("KRB5") => KeyExchange::Krb5,
        _ if has("SRP") => KeyExchange::Srp,
        _ if has("ECDHE") || has("ECDH") && has("anon") => KeyExchange::Ecdhe,
        _ if has("DHE") || has("DH") && has("anon") => KeyExchange::Dhe,
        _ if has("ECDH") => KeyExchange::Ecdh,
        _ if has("DH") => KeyExchange::Dh,
        _ if has("RSA") => KeyExchange::RsaTransport,
        _ if has("PSK") => KeyExchange::Psk,
        _ => KeyExchange::Other,
    }
}

fn authentication(agreement: &str, has: impl Fn(&str) -> bool) -> Authentication {
    match agreement {
        "" => Authentication::Any,
        _ if has("anon") => Authentication::Anon,
        _ if has("RSA") => Authentication::Rsa,
        _ if has("ECDSA") => Authentication::Ecdsa,
        _ if has("DSS") => Authentication::Dss,
        _ if has("PSK") => Authentication::Psk,
        _ => Authentication::Other,
    }
}

fn mode(protection: &str) -> Mode {
    let has = |part| protection.contains(part);
    match () {
        () if has("_GCM") => Mode::Gcm,
        () if has("_CCM_8") => Mode::Ccm8,
        () if has("_CCM") => Mode::Ccm,
        () if has("CHACHA20") => Mode::ChaCha,
        () if has("FORTEZZA") => Mode::Other,
        () if has("_CBC") => Mode::Cbc,
        () if has("RC4") => Mode::Rc4,
        () if has("NULL") || protection.starts_with("SHA") => Mode::Null,
        () => Mode::Other,
    }
}

fn hash(protection: &str) -> Hash {
    match protection.rsplit('_').next().unwrap_or_default() {
        "MD5" => Hash::Md5,
        "SHA" | "SHA1" => Hash::Sha1,
        // RFC 6655: suites that end in CCM or CCM_8 derive their keys with SHA-256.
        "SHA256" | "CCM" | "8" => Hash::Sha256,
        "SHA384" => Hash::Sha384,
        "SHA512" => Hash::Sha512,
        "SM3" => Hash::Sm3,
        _ => Hash::Other,
    }
}

/// Block length, and what TLS 1.2 puts in front of each record.
fn lengths(protection: &str, mode: Mode) -> (u16, u16) {
    let short = ["DES", "IDEA", "RC2"].iter().any(|cipher| protection.contains(cipher));
    match mode {
        Mode::Cbc if short => (8, 8),
        Mode::Cbc => (16, 16),
        Mode::Gcm | Mode::Ccm | Mode::Ccm8 => (0, 8),
        _ => (0, 0),
    }
}

/// Length of an alert: level and description.
const ALERT: u16 = 2;

/// The length field of a record that carries an encrypted alert and no padding that is not needed. `version` is that
/// of the connection; `None` where the suite is unknown or odd.
pub fn encrypted_alert_length(cipher: u16, version: u16, encrypt_then_mac: bool) -> Option<u16> {
    let kind = cipher_kind(cipher)?;
    let tls13 = kind.key_exchange == KeyExchange::Tls13;
    match kind.mode {
        Mode::Other => None,
        // The real content type follows the alert (RFC 8446 section 5.2).
        _ if tls13 => Some(ALERT + 1 + kind.tag_length),
        Mode::Gcm | Mode::Ccm | Mode::Ccm8 | Mode::ChaCha => {
            Some(kind.iv_length + ALERT + kind.tag_length)
        }
        Mode::Rc4 | Mode::Null => Some(ALERT + kind.tag_length),
        Mode::Cbc => {
            // TLS 1.0 and SSL 3.0 go on with the last block of the record before.
            let iv = if version >= 0x0302 { kind.iv_length } else { 0 };
            // At least one byte says how much padding there is.
            let blocks = |bytes: u16| (bytes + 1).next_multiple_of(kind.block_length);
            Some(match encrypt_then_mac {
                true => iv + blocks(ALERT) + kind.tag_length,
                false => iv + blocks(ALERT + kind.tag_length),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_are_read_off_their_names() {
        let kind = |number| cipher_kind(number).expect("is known");
        let ecdhe = kind(0xc02f);
        assert_eq!(
            (ecdhe.key_exchange, ecdhe.authentication),
            (KeyExchange::Ecdhe, Authentication::Rsa)
        );
        assert!(ecdhe.forward_secret && !ecdhe.psk && !ecdhe.export);
        assert_eq!((ecdhe.mode, ecdhe.hash, ecdhe.tag_length), (Mode::Gcm, Hash::Sha256, 16));
        let tls13 = kind(0x1301);
        assert_eq!(
            (tls13.key_exchange, tls13.authentication),
            (KeyExchange::Tls13, Authentication::Any)
        );
        let export = kind(0x0003);
        assert!(export.export && !export.forward_secret);
        assert_eq!((export.mode, export.hash), (Mode::Rc4, Hash::Md5));
        let anon = kind(0x0034);
        assert_eq!(
            (anon.key_exchange, anon.authentication),
            (KeyExchange::Dhe, Authentication::Anon)
        );
        let psk = kind(0xc0aa);
        assert_eq!((psk.key_exchange, psk.psk, psk.mode), (KeyExchange::Dhe, true, Mode::Ccm8));
        assert_eq!(kind(0x001e).key_exchange, KeyExchange::Krb5);
        assert_eq!((kind(0x000a).block_length, kind(0x000a).iv_length), (8, 8));
    }

    #[test]
    fn signalling_values_and_unknown_numbers_are_no_suites() {
        assert_eq!([0x00ff, 0x5600, 0x1a2b].map(cipher_kind), [None; 3]);
    }

    #[test]
    fn encrypted_alerts_have_the_length_that_was_seen() {
        let length = |suite, version, etm| encrypted_alert_length(suite, version, etm);
        for gcm_or_ccm in [0xc02f, 0xc030, 0x009c, 0xc09c] {
            assert_eq!(length(gcm_or_ccm, 0x0303, false), Some(26));
        }
        assert_eq!(length(0xc0a0, 0x0303, false), Some(18), "CCM_8");
        assert_eq!(length(0xcca8, 0x0303, false), Some(18), "ChaCha20");
        let cbc = |suite| (length(suite, 0x0303, false), length(suite, 0x0303, true));
        assert_eq!(cbc(0xc013), (Some(48), Some(52)));
        assert_eq!(cbc(0xc027), (Some(64), Some(64)));
        assert_eq!(cbc(0xc028), (Some(80), Some(80)));
        assert_eq!(length(0x000a, 0x0303, false), Some(32), "3DES");
        assert_eq!(
            (length(0x0005, 0x0303, false), length(0x0004, 0x0303, false)),
            (Some(22), Some(18))
        );
        assert_eq!(
            (length(0x002f, 0x0301, false), length(0x000a, 0x0301, false)),
            (Some(32), Some(24))
        );
        assert_eq!(length(0x1301, 0x0304, false), Some(19), "TLS 1.3");
        assert_eq!(length(0x1a2b, 0x0303, false), None);
    }
}
