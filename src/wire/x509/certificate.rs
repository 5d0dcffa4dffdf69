//! Walks the fields of a certificate (RFC 5280 section 4.1), as far as they can be read.

use super::{Certificate, algorithm, extension, key, name};
use crate::wire::Error;
use crate::wire::cursor::Cursor;
use crate::wire::date;
use crate::wire::der::{self, tag};

/// Reads what can be read; `flaw` names the first thing that cannot.
pub(super) fn parse(der: &[u8]) -> Certificate {
    let mut certificate = Certificate {
        der: der.into(),
        not_before: i64::MIN,
        not_after: i64::MAX,
        version: 1,
        ..Certificate::default()
    };
    let digest = ring::digest::digest(&ring::digest::SHA256, der);
    certificate.sha256.copy_from_slice(digest.as_ref());
    let read = outer(&mut certificate, der);
    certificate.note(read);
    certificate
}

impl Certificate {
    /// Remembers the first flaw.
    fn note(&mut self, read: Result<(), Error>) {
        self.flaw = self.flaw.or(read.err());
    }
}

/// Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }
fn outer(certificate: &mut Certificate, der: &[u8]) -> Result<(), Error> {
    let (whole, cut) = der::cut_sequence(&mut Cursor::new(der), "certificate")?;
    let mut body = whole.body;
    let (signed, cut_inside) = der::cut_sequence(&mut body, "tbsCertificate")?;
    certificate.signed = signed.at..signed.at + signed.raw.len();
    let read = fields(certificate, signed.body);
    certificate.note(cut.or(cut_inside).map_or(read, Err));
    let identifier = der::expect(&mut body, tag::SEQUENCE, "signatureAlgorithm")?.body;
    (certificate.signature, certificate.signature_kind) = algorithm::signature(identifier);
    let value = der::expect(&mut body, tag::BIT_STRING, "signatureValue")?;
    let end = value.at + value.raw.len();
    // One octet in front counts unused bits: none in a signature.
    certificate.signature_value = end - value.body.rest().len().saturating_sub(1)..end;
    Ok(())
}

/// The fields of tbsCertificate, in order.
fn fields(certificate: &mut Certificate, mut body: Cursor<'_>) -> Result<(), Error> {
    if let Some(mut version) = der::optional(&mut body, 0xA0) {
        let number = der::expect(&mut version.body, tag::INTEGER, "version")?;
        certificate.version = number.body.rest().last().map_or(1, |last| last.saturating_add(1));
    }
    let serial = der::expect(&mut body, tag::INTEGER, "serialNumber")?.body.rest();
    certificate.serial = hex(if serial.iter().all(|octet| *octet == 0) {
        serial.get(..1).unwrap_or_default()
    } else {
        der::unsigned(serial)
    });
    let identifier = der::expect(&mut body, tag::SEQUENCE, "signature")?.body;
    (certificate.signature, certificate.signature_kind) = algorithm::signature(identifier);
    let issuer = der::expect(&mut body, tag::SEQUENCE, "issuer")?;
    certificate.issuer_der = issuer.raw.into();
    certificate.issuer = named(certificate, &issuer);
    let dates = validity(certificate, der::expect(&mut body, tag::SEQUENCE, "validity")?.body);
    certificate.note(dates);
    let subject = der::expect(&mut body, tag::SEQUENCE, "subject")?;
    certificate.subject_der = subject.raw.into();
    certificate.subject = named(certificate, &subject);
    certificate.common_name = name::common_name(subject.raw);
    let info = der::expect(&mut body, tag::SEQUENCE, "subjectPublicKeyInfo")?;
    let read = key::read(certificate, &info);
    certificate.note(read);
    der::optional(&mut body, 0x81);
    der::optional(&mut body, 0x82);
    extensions(certificate, body)
}

fn named(certificate: &mut Certificate, element: &der::Element<'_>) -> String {
    name::distinguished_name(element.raw).unwrap_or_else(|error| {
        certificate.note(Err(Error { at: error.at + element.at, ..error }));
        String::new()
    })
}

fn validity(certificate: &mut Certificate, mut dates: Cursor<'_>) -> Result<(), Error> {
    certificate.not_before = moment(&mut dates, "notBefore")?;
    certificate.not_after = moment(&mut dates, "notAfter")?;
    Ok(())
}

fn moment(dates: &mut Cursor<'_>, field: &'static str) -> Result<i64, Error> {
    let date = der::any(dates, field)?;
    date::seconds(date.tag, date.body.rest()).ok_or(der::invalid(field, date.at))
}

fn extensions(certificate: &mut Certificate, mut body: Cursor<'_>) -> Result<(), Error> {
    if body.is_empty() {
        return Ok(());
    }
    let mut outer = der::expect(&mut body, 0xA3, "extensions")?.body;
    let mut list = der::expect(&mut outer, tag::SEQUENCE, "extensions")?.body;
    while !list.is_empty() {
        let element = der::expect(&mut list, tag::SEQUENCE, "extension")?;
        let read = extension::read(certificate, &element);
        certificate.note(read);
    }
    Ok(())
}

/// Lower-case hex, two digits an octet.
pub(super) fn hex(octets: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or('0');
    octets.iter().flat_map(|octet| [digit(octet >> 4), digit(octet & 0xF)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(name: &str) -> &'static [u8] {
        let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|root| root.as_ref());
        roots.into_iter().find(|der| parse(der).subject == name).expect("is among the roots")
    }

    #[test]
    fn every_field_of_a_well_known_root() {
        let name = "CN=ISRG Root X1,O=Internet Security Research Group,C=US";
        let certificate = parse(root(name));
        assert_eq!(certificate.flaw, None);
        assert_eq!(certificate.issuer, name);
        assert_eq!(certificate.serial, "8210cfb0d240e3594463e0bb63828b00");
        assert_eq!(certificate.not_before, 1_433_415_878);
        assert_eq!(certificate.not_after, 2_064_567_878);
        assert_eq!((certificate.key.as_str(), certificate.key_bits), ("RSA 4096", 4096));
        assert_eq!(certificate.signature, "sha256WithRSAEncryption");
        assert_eq!(certificate.version, 3);
        assert_eq!(certificate.basic_constraints, Some((true, None)));
        // keyCertSign and cRLSign
        assert_eq!(certificate.key_usage, Some(1 << 5 | 1 << 6));
        assert_eq!(certificate.common_name.as_deref(), Some("ISRG Root X1"));
        assert_eq!(certificate.signature_value().len(), 512);
        assert_eq!(hex(&certificate.sha256[..4]), "96bcec06");
    }

    #[test]
    fn roots_have_no_flaw() {
        for root in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
            let certificate = parse(root);
            assert_eq!(certificate.flaw, None, "{}", certificate.subject);
            assert!(certificate.key_bits >= 256 && certificate.self_issued());
        }
    }

    #[test]
    fn a_cut_certificate_keeps_what_came_before_the_cut() {
        let der = root("CN=ISRG Root X1,O=Internet Security Research Group,C=US");
        let subject = parse(der).subject_der;
        let subject_at = der.windows(subject.len()).rposition(|bytes| bytes == &*subject);
        let subject_end = subject_at.expect("is there") + subject.len();
        for len in 0..der.len() {
            let certificate = parse(&der[..len]);
            assert!(certificate.flaw.is_some(), "cut at {len}");
            assert_eq!(certificate.serial.is_empty(), len < 32, "cut at {len}");
            assert_eq!(certificate.subject.is_empty(), len < subject_end, "cut at {len}");
        }
    }

    #[test]
    fn no_flipped_byte_panics() {
        let mut der = root("CN=ISRG Root X1,O=Internet Security Research Group,C=US").to_vec();
        for at in 0..der.len() {
            for flip in [0x01, 0x80, 0xFF] {
                der[at] ^= flip;
                let certificate = parse(&der);
                assert!(certificate.signed().len() <= der.len());
                assert!(certificate.public_key().len() <= der.len());
                der[at] ^= flip;
            }
        }
    }
}
