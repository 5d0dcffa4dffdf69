//! What verifiers of the capture's time minded: the same certificate was fine in 2012 and is refused today.

use crate::wire::x509::{Certificate, Hash, KeyKind};

/// 2009-01-01: a forged CA certificate was shown at the end of 2008, MD5 was given up.
const MD5_ENDS: i64 = 1_230_768_000;
/// 2014-01-01: end of RSA below 2048 bits and of DSA (NIST SP 800-131A, CA/Browser Forum).
const SHORT_KEYS_END: i64 = 1_388_534_400;
/// 2017-01-01: browsers and Windows give up SHA-1; common names count no more where no subjectAltName is.
const SHA1_ENDS: i64 = 1_483_228_800;

/// The moments at which a judgement can change of itself.
pub(super) const CHANGES: [i64; 3] = [MD5_ENDS, SHORT_KEYS_END, SHA1_ENDS];

/// Lifetimes in days that the CA/Browser Forum allows for certificates issued from a date on (2020-09-01,
/// 2026-03-15, 2027-03-15, 2029-03-15), newest first.
const LIFETIMES: [(i64, i64); 4] =
    [(1_868_227_200, 47), (1_805_068_800, 100), (1_773_532_800, 200), (1_598_918_400, 398)];

/// Clients accepted a common name in place of a missing subjectAltName.
pub(super) fn common_name_counts(now: i64) -> bool {
    now < SHA1_ENDS
}

/// RSA below 2048 bits, DSA, curves below 224 bits; RSA below 1024 bits at any time.
pub(super) fn weak_key(certificate: &Certificate, now: i64) -> bool {
    let bits = certificate.key_bits;
    match certificate.key_kind {
        KeyKind::Rsa => bits > 0 && (bits < 1024 || bits < 2048 && now >= SHORT_KEYS_END),
        KeyKind::Dsa => now >= SHORT_KEYS_END,
        KeyKind::OtherCurve => bits > 0 && bits < 224,
        KeyKind::P256 | KeyKind::P384 | KeyKind::Ed25519 | KeyKind::Other => false,
    }
}

/// MD2 and MD5 from 2009 on, SHA-1 from 2017 on.
pub(super) fn weak_signature(certificate: &Certificate, now: i64) -> bool {
    match certificate.signature_kind.hash() {
        Some(Hash::Md2 | Hash::Md5) => now >= MD5_ENDS,
        Some(Hash::Sha1) => now >= SHA1_ENDS,
        _ => false,
    }
}

/// Valid for longer than a public CA may issue.
pub(super) fn long_lifetime(certificate: &Certificate) -> bool {
    let seconds = certificate.not_after.saturating_sub(certificate.not_before).saturating_add(1);
    let rule = LIFETIMES.iter().find(|(from, _)| certificate.not_before >= *from);
    rule.is_some_and(|(_, days)| seconds > days * 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units;

    #[test]
    fn dates_are_what_the_comments_say() {
        let days = |moments: &[i64]| -> Vec<_> {
            moments.iter().map(|moment| units::date(*moment).unwrap()[..10].to_owned()).collect()
        };
        assert_eq!(days(&CHANGES), ["2009-01-01", "2014-01-01", "2017-01-01"]);
        let from = LIFETIMES.map(|(from, _)| from);
        assert_eq!(days(&from), ["2029-03-15", "2027-03-15", "2026-03-15", "2020-09-01"]);
    }

    #[test]
    fn lifetimes_are_limited_by_the_date_of_issue() {
        let lived = |not_before: i64, days: i64| {
            let not_after = not_before + days * 86_400 - 1;
            long_lifetime(&Certificate { not_before, not_after, ..Certificate::default() })
        };
        assert!(!lived(1_598_918_399, 825));
        assert!(!lived(1_598_918_400, 398) && lived(1_598_918_400, 399));
        assert!(!lived(1_773_532_800, 200) && lived(1_773_532_800, 201));
    }
}
