//! The tagged fields of a SEQUENCE: all types of Kerberos are written so (RFC 4120 section 5).

use crate::wire::cursor::Cursor;
use crate::wire::date;
use crate::wire::der::{self, tag};

/// Iterates over the fields `[0]`, `[1]`, … that are there. What a cut message lost is absent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a>(Cursor<'a>);

/// The value of a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a> {
    tag: u8,
    bytes: &'a [u8],
    is_whole: bool,
}

impl<'a> Fields<'a> {
    /// Over the contents of a SEQUENCE.
    pub(super) fn new(body: Cursor<'a>) -> Self {
        Self(body)
    }
}

impl<'a> Iterator for Fields<'a> {
    /// The number of the field, and its value.
    type Item = (u8, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (field, _) = der::cut(&mut self.0, "field").ok()?;
            let mut body = field.body;
            if let Ok((inner, flaw)) = der::cut(&mut body, "value") {
                let value =
                    Value { tag: inner.tag, bytes: inner.body.rest(), is_whole: flaw.is_none() };
                return Some((field.tag ^ 0xA0, value));
            }
        }
    }
}

impl<'a> Value<'a> {
    /// The contents of a value of one piece: not when they were cut.
    fn piece(self, kind: u8) -> Option<&'a [u8]> {
        (self.tag == kind && self.is_whole).then_some(self.bytes)
    }

    /// INTEGER of at most eight octets.
    pub(super) fn integer(self) -> Option<i64> {
        self.piece(tag::INTEGER).and_then(integer)
    }

    /// Int32
    pub(super) fn int32(self) -> Option<i32> {
        self.integer().and_then(|value| i32::try_from(value).ok())
    }

    /// UInt32; some encoders write it as a negative number.
    pub(super) fn uint32(self) -> Option<u32> {
        let value = self.integer()?;
        u32::try_from(value).ok().or_else(|| i32::try_from(value).ok().map(i32::cast_unsigned))
    }

    /// KerberosString: GeneralString, though other strings are met.
    pub(super) fn text(self) -> Option<&'a [u8]> {
        let is_string = matches!(self.tag, 0x0C | 0x12..=0x16 | 0x1A..=0x1E);
        (is_string && self.is_whole).then_some(self.bytes)
    }

    /// OCTET STRING
    pub(super) fn octets(self) -> Option<&'a [u8]> {
        self.piece(tag::OCTET_STRING)
    }

    /// As much of an OCTET STRING as there is.
    pub(super) fn octets_cut(self) -> Option<&'a [u8]> {
        (self.tag == tag::OCTET_STRING).then_some(self.bytes)
    }

    /// KerberosTime, seconds since the epoch.
    pub(super) fn seconds(self) -> Option<i64> {
        self.piece(tag::GENERALIZED_TIME).and_then(|text| date::seconds(self.tag, text))
    }

    /// KerberosFlags: 32 bits, the first one highest.
    pub(super) fn flags(self) -> Option<u32> {
        let octets = self.piece(tag::BIT_STRING)?.get(1..)?;
        Some(octets.first_chunk().map_or(0, |bits| u32::from_be_bytes(*bits)))
    }

    /// The fields of a SEQUENCE, empty for anything else.
    pub(super) fn fields(self) -> Fields<'a> {
        Fields(Cursor::new(self.sequence()))
    }

    /// The contents of a SEQUENCE, empty for anything else.
    pub(super) fn sequence(self) -> &'a [u8] {
        self.contents(tag::SEQUENCE)
    }

    /// The contents of a SEQUENCE that was not cut, empty for anything else.
    pub(super) fn whole_sequence(self) -> &'a [u8] {
        self.piece(tag::SEQUENCE).unwrap_or_default()
    }

    /// The contents of a value that holds others, as far as they are there; empty for another tag.
    pub(super) fn contents(self, kind: u8) -> &'a [u8] {
        if self.tag == kind { self.bytes } else { &[] }
    }
}

/// Elements of the same type, as far as they are there.
pub(super) fn items<'a>(list: &mut Cursor<'a>, kind: u8) -> Option<&'a [u8]> {
    let (item, _) = der::cut(list, "item").ok()?;
    (item.tag == kind).then(|| item.body.rest())
}

/// Iterates over a SEQUENCE OF Int32.
#[derive(Clone, Copy, Debug)]
pub struct Integers<'a>(Cursor<'a>);

impl<'a> Integers<'a> {
    pub(super) fn new(list: &'a [u8]) -> Self {
        Self(Cursor::new(list))
    }
}

impl Iterator for Integers<'_> {
    type Item = i32;

    fn next(&mut self) -> Option<i32> {
        let element = der::expect(&mut self.0, tag::INTEGER, "integer").ok()?;
        i32::try_from(integer(element.body.rest())?).ok()
    }
}

/// Two's complement, at most eight octets.
fn integer(octets: &[u8]) -> Option<i64> {
    if octets.is_empty() || octets.len() > 8 {
        return None;
    }
    let start = if octets.first()? & 0x80 == 0 { 0 } else { -1 };
    Some(octets.iter().fold(start, |value, octet| value << 8 | i64::from(*octet)))
}
