//! A cipher suite in words, for who does not read its name.

use super::cipher::{Authentication, CipherKind, KeyExchange, Mode};

/// `keys by ephemeral elliptic-curve Diffie-Hellman, the server shows an RSA certificate, records under GCM`, and what
/// is wrong with it.
pub(super) fn suite(kind: CipherKind) -> String {
    let parts = [exchange(kind), authentication(kind.authentication), records(kind.mode)];
    let mut text = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let flaws = flaws(kind);
    if !flaws.is_empty() {
        text.push_str("; ");
        text.push_str(&flaws.join(", "));
    }
    text
}

fn exchange(kind: CipherKind) -> Option<&'static str> {
    Some(match kind.key_exchange {
        KeyExchange::RsaTransport => "keys by RSA key transport",
        KeyExchange::Dh => "keys by Diffie-Hellman with the key of the certificate",
        KeyExchange::Dhe => "keys by ephemeral Diffie-Hellman",
        KeyExchange::Ecdh => {
            "keys by elliptic-curve Diffie-Hellman with the key of the certificate"
        }
        KeyExchange::Ecdhe => "keys by ephemeral elliptic-curve Diffie-Hellman",
        KeyExchange::Tls13 => "TLS 1.3, which agrees on keys and certificates apart from the suite",
        KeyExchange::Psk => "keys from a pre-shared key alone",
        KeyExchange::Krb5 => "keys from a Kerberos ticket",
        KeyExchange::Srp => "keys from a password",
        KeyExchange::Other => return None,
    })
}

fn authentication(authentication: Authentication) -> Option<&'static str> {
    Some(match authentication {
        Authentication::Rsa => "the server shows an RSA certificate",
        Authentication::Ecdsa => "the server shows an elliptic-curve certificate",
        Authentication::Dss => "the server shows a DSA certificate",
        Authentication::Anon => "nobody shows a certificate",
        Authentication::Psk => "a pre-shared key proves who is who",
        Authentication::Any | Authentication::Other => return None,
    })
}

fn records(mode: Mode) -> Option<&'static str> {
    Some(match mode {
        Mode::Gcm => "records under GCM",
        Mode::Ccm => "records under CCM",
        Mode::Ccm8 => "records under CCM with short tags",
        Mode::ChaCha => "records under ChaCha20-Poly1305",
        Mode::Cbc => "records under CBC with HMAC",
        Mode::Rc4 => "records under RC4",
        Mode::Null => "records not encrypted",
        Mode::Other => return None,
    })
}

fn flaws(kind: CipherKind) -> Vec<&'static str> {
    let flaws = [
        (kind.export, "weakened for export"),
        (kind.authentication == Authentication::Anon, "open to anybody in the middle"),
        (kind.mode == Mode::Rc4, "RC4 is forbidden (RFC 7465)"),
        (!kind.forward_secret, "no forward secrecy"),
    ];
    flaws.into_iter().filter(|(holds, _)| *holds).map(|(_, flaw)| flaw).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::cipher_kind;

    #[test]
    fn suites_are_told_in_words() {
        let words = |number| suite(cipher_kind(number).expect("is known"));
        assert_eq!(
            words(0xc02f),
            "keys by ephemeral elliptic-curve Diffie-Hellman, the server shows an RSA certificate, \
             records under GCM"
        );
        assert_eq!(
            words(0x0005),
            "keys by RSA key transport, the server shows an RSA certificate, records under RC4; \
             RC4 is forbidden (RFC 7465), no forward secrecy"
        );
    }
}
