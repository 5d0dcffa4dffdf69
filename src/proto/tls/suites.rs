//! What follows from the number of a version or of a cipher suite.

use crate::codes::{Authentication, Hash, KeyExchange, Mode, cipher_kind};

/// TLS 1.3, one of its drafts, or one of the experiments of 2017 that led to its compatibility mode.
pub(super) fn is_tls13(version: u16) -> bool {
    matches!(version, 0x0304 | 0x7e00..=0x7fff | 0xfb00..=0xfbff)
}

/// Zeros that the JDK puts behind the content of each encrypted record.
const JDK_PADDING: u16 = 16;

/// Lengths of TLS 1.3 records that are known by their place and size: type octet and tag included, no padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    /// A record with one alert.
    alert: u16,
    /// A record with a Finished alone.
    finished: u16,
}

impl Sizes {
    /// The lengths for a TLS 1.3 suite; an unknown one is taken for AES-GCM with SHA-256.
    pub(super) fn of(cipher: u16) -> Self {
        let kind = cipher_kind(cipher);
        let hash = kind.map_or(Hash::Sha256, |kind| kind.hash).length();
        let tag = if kind.is_some_and(|kind| kind.mode == Mode::Ccm8) { 8 } else { 16 };
        Self { alert: 2 + 1 + tag, finished: 4 + hash + 1 + tag }
    }

    /// The length is that of an alert, or of a padded one.
    pub(super) fn is_alert(self, length: u16, padded: bool) -> bool {
        length == self.alert || (padded && length == self.alert + JDK_PADDING)
    }

    /// The length is that of a Finished and nothing else.
    pub(super) fn is_finished(self, length: u16) -> bool {
        length == self.finished
    }

    /// The length is that of a Finished with padding.
    pub(super) fn is_padded_finished(self, length: u16) -> bool {
        length == self.finished + JDK_PADDING
    }
}

/// The key of the server's certificate decrypts, it does not sign.
pub(super) fn is_key_transport(cipher: u16) -> bool {
    cipher_kind(cipher).is_some_and(|kind| {
        kind.key_exchange == KeyExchange::RsaTransport && kind.authentication == Authentication::Rsa
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_seen_in_the_lab() {
        assert_eq!(Sizes::of(0x1301), Sizes { alert: 19, finished: 53 });
        assert_eq!(Sizes::of(0x1302), Sizes { alert: 19, finished: 69 });
        assert_eq!(Sizes::of(0x1303), Sizes { alert: 19, finished: 53 });
        assert_eq!(Sizes::of(0x1305), Sizes { alert: 11, finished: 45 });
        assert_eq!(Sizes::of(0xffff), Sizes { alert: 19, finished: 53 });
    }

    #[test]
    fn rsa_suites_are_told_from_dhe_rsa() {
        assert!(is_key_transport(0x002f) && is_key_transport(0x009d));
        assert!(!is_key_transport(0x0033) && !is_key_transport(0xc02f));
        assert!(!is_key_transport(0x1301));
    }
}
