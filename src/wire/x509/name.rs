//! Distinguished names as text (RFC 4514): most specific part first, readable types, every string kind decoded.

use crate::wire::Error;
use crate::wire::cursor::Cursor;
use crate::wire::der::{self, tag};
use crate::wire::lossy;
use std::fmt::Write as _;

/// Attribute types (contents of their OIDs) with the short names that OpenSSL and Wireshark use.
const TYPES: &[(&[u8], &str)] = &[
    (&[0x55, 4, 3], "CN"),
    (&[0x55, 4, 4], "SN"),
    (&[0x55, 4, 5], "serialNumber"),
    (&[0x55, 4, 6], "C"),
    (&[0x55, 4, 7], "L"),
    (&[0x55, 4, 8], "ST"),
    (&[0x55, 4, 9], "STREET"),
    (&[0x55, 4, 10], "O"),
    (&[0x55, 4, 11], "OU"),
    (&[0x55, 4, 12], "title"),
    (&[0x55, 4, 13], "description"),
    (&[0x55, 4, 15], "businessCategory"),
    (&[0x55, 4, 16], "postalAddress"),
    (&[0x55, 4, 17], "postalCode"),
    (&[0x55, 4, 18], "postOfficeBox"),
    (&[0x55, 4, 20], "telephoneNumber"),
    (&[0x55, 4, 41], "name"),
    (&[0x55, 4, 42], "GN"),
    (&[0x55, 4, 43], "initials"),
    (&[0x55, 4, 44], "generationQualifier"),
    (&[0x55, 4, 45], "x500UniqueIdentifier"),
    (&[0x55, 4, 46], "dnQualifier"),
    (&[0x55, 4, 65], "pseudonym"),
    (&[0x55, 4, 97], "organizationIdentifier"),
    (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 1], "UID"),
    (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 25], "DC"),
    (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 1], "emailAddress"),
    (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 2], "unstructuredName"),
    (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 8], "unstructuredAddress"),
    (&[0x2B, 6, 1, 4, 1, 0x82, 0x37, 60, 2, 1, 1], "jurisdictionL"),
    (&[0x2B, 6, 1, 4, 1, 0x82, 0x37, 60, 2, 1, 2], "jurisdictionST"),
    (&[0x2B, 6, 1, 4, 1, 0x82, 0x37, 60, 2, 1, 3], "jurisdictionC"),
];

/// One `type=value` of a name.
struct Attribute<'a> {
    /// Contents of the type's OID.
    kind: &'a [u8],
    /// The value.
    value: der::Element<'a>,
}

/// A DER name as text: `CN=www.example.com,O=Example,C=US`; also for the certificate_authorities of a CertificateRequest.
///
/// Types without a known short name stand as dotted OIDs; values that are no strings as `#` and the hex of their DER.
///
/// # Errors
/// The first part that is no RelativeDistinguishedName.
pub fn distinguished_name(der: &[u8]) -> Result<String, Error> {
    let mut text = String::new();
    for parts in parse(der)?.iter().rev() {
        for (index, attribute) in parts.iter().enumerate() {
            if !text.is_empty() {
                text.push(if index == 0 { ',' } else { '+' });
            }
            write_attribute(&mut text, attribute);
        }
    }
    Ok(text)
}

/// The last common name, which is the most specific one.
pub(super) fn common_name(der: &[u8]) -> Option<String> {
    let parts = parse(der).ok()?;
    let mut names = parts.iter().flatten().filter(|part| part.kind == [0x55, 4, 3]);
    names.next_back().and_then(|part| string(&part.value))
}

fn parse(der: &[u8]) -> Result<Vec<Vec<Attribute<'_>>>, Error> {
    let mut name = der::expect(&mut Cursor::new(der), tag::SEQUENCE, "name")?.body;
    let mut parts = Vec::new();
    while !name.is_empty() {
        let mut set = der::expect(&mut name, tag::SET, "relative distinguished name")?.body;
        let mut attributes = Vec::new();
        while !set.is_empty() {
            let mut pair = der::expect(&mut set, tag::SEQUENCE, "attribute")?.body;
            let kind = der::expect(&mut pair, tag::OID, "attribute type")?.body.rest();
            let value = der::any(&mut pair, "attribute value")?;
            attributes.push(Attribute { kind, value });
        }
        parts.push(attributes);
    }
    Ok(parts)
}

fn write_attribute(text: &mut String, attribute: &Attribute<'_>) {
    match TYPES.iter().find(|(oid, _)| *oid == attribute.kind) {
        Some((_, short)) => text.push_str(short),
        None => text.push_str(&der::dotted(attribute.kind)),
    }
    text.push('=');
    match string(&attribute.value) {
        Some(value) => write_escaped(text, &value),
        None => {
            text.push('#');
            text.push_str(&super::certificate::hex(attribute.value.raw));
        }
    }
}

/// Escapes as RFC 4514 section 2.4 demands; control characters too, so that a name stays on its line.
fn write_escaped(text: &mut String, value: &str) {
    let last = value.chars().count().saturating_sub(1);
    for (index, char) in value.chars().enumerate() {
        match char {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => text.extend(['\\', char]),
            '#' if index == 0 => text.push_str("\\#"),
            ' ' if index == 0 || index == last => text.push_str("\\ "),
            _ if char.is_ascii_control() => {
                // Writing to a String cannot fail.
                let _ = write!(text, "\\{:02X}", u32::from(char));
            }
            _ => text.push(char),
        }
    }
}

/// The text of a string value; `None` when it is no string.
fn string(value: &der::Element<'_>) -> Option<String> {
    let bytes = value.body.rest();
    let utf8 = || lossy(bytes).into_owned();
    Some(match value.tag {
        // UTF8String, NumericString, PrintableString, IA5String, VisibleString
        0x0C | 0x12 | 0x13 | 0x16 | 0x1A => utf8(),
        // T61String: Latin-1 in practice, and UTF-8 from careless software.
        0x14 => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().copied().map(char::from).collect(),
        },
        // BMPString
        0x1E => {
            let units = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair));
            char::decode_utf16(units).map(|char| char.unwrap_or('\u{FFFD}')).collect()
        }
        // UniversalString
        0x1C => {
            let units = bytes.as_chunks::<4>().0.iter().map(|four| u32::from_be_bytes(*four));
            units.map(|unit| char::from_u32(unit).unwrap_or('\u{FFFD}')).collect()
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wraps in a header; short lengths only.
    fn element(tag: u8, body: &[u8]) -> Vec<u8> {
        [&[tag, u8::try_from(body.len()).expect("short")], body].concat()
    }

    fn attribute(kind: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
        element(tag::SEQUENCE, &[element(tag::OID, kind), element(tag, value)].concat())
    }

    fn name(sets: &[&[Vec<u8>]]) -> Vec<u8> {
        let sets: Vec<_> = sets.iter().map(|set| element(tag::SET, &set.concat())).collect();
        element(tag::SEQUENCE, &sets.concat())
    }

    const CN: &[u8] = &[0x55, 4, 3];
    const O: &[u8] = &[0x55, 4, 10];

    #[test]
    fn most_specific_part_stands_first() {
        let organisation = [attribute(O, 0x13, b"Example, Inc.")];
        let two = [attribute(CN, 0x0C, "Zoë".as_bytes()), attribute(&[0x2A, 3, 4], 0x16, b"x")];
        let der = name(&[&organisation, &two]);
        let text = distinguished_name(&der).expect("is a name");
        assert_eq!(text, "CN=Zoë+1.2.3.4=x,O=Example\\, Inc.");
        assert_eq!(common_name(&der).as_deref(), Some("Zoë"));
    }

    #[test]
    fn every_kind_of_string_is_decoded() {
        for (tag, bytes) in [
            (0x1E, &[0, b'Z', 0, b'o', 0, 0xEB][..]),
            (0x14, &[b'Z', b'o', 0xEB]),
            (0x14, "Zoë".as_bytes()),
            (0x1C, &[0, 0, 0, b'Z', 0, 0, 0, b'o', 0, 0, 0, 0xEB]),
        ] {
            let der = name(&[&[attribute(CN, tag, bytes)]]);
            assert_eq!(distinguished_name(&der).expect("is a name"), "CN=Zoë");
        }
    }

    #[test]
    fn odd_values_stay_on_their_line() {
        let text = |tag, value: &[u8]| {
            distinguished_name(&name(&[&[attribute(CN, tag, value)]])).expect("is a name")
        };
        assert_eq!(text(0x0C, b" #a\n "), "CN=\\ #a\\0A\\ ");
        assert_eq!(text(0x0C, b"#"), "CN=\\#");
        assert_eq!(text(0x04, &[0xAB]), "CN=#0401ab");
    }

    #[test]
    fn cut_names_are_errors() {
        let der = name(&[&[attribute(CN, 0x0C, b"host")]]);
        assert!((0..der.len()).all(|len| distinguished_name(&der[..len]).is_err()));
        assert_eq!(distinguished_name(&[0x30, 0]), Ok(String::new()));
    }
}
