//! The tagged fields of a SEQUENCE: all types of Kerberos are written so (RFC 4120 section 5).

use crate::wire::date;
use crate::wire::der::{Piece, piece, tag};

/// Iterates over the fields `[0]`, `[1]`, … that are there. What a cut message lost is absent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a>(&'a [u8]);

/// The value of a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a>(Piece<'a>);

impl<'a> Fields<'a> {
    /// Over the contents of a SEQUENCE.
    pub(super) fn new(body: &'a [u8]) -> Self {
        Self(body)
    }
}

impl<'a> Iterator for Fields<'a> {
    /// The number of the field, and its value.
    type Item = (u8, Value<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut field = piece(&mut self.0)?;
            if let Some(value) = piece(&mut field.body) {
                return Some((field.tag ^ 0xA0, Value(value)));
            }
        }
    }
}

impl<'a> Value<'a> {
    /// The contents of a value of one piece: not when they were cut.
    fn piece(self, kind: u8) -> Option<&'a [u8]> {
        let Piece { tag, body, is_whole } = self.0;
        (tag == kind && is_whole).then_some(body)
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
        let Piece { tag, body, is_whole } = self.0;
        let is_string = matches!(tag, 0x0C | 0x12..=0x16 | 0x1A..=0x1E);
        (is_string && is_whole).then_some(body)
    }

    /// OCTET STRING
    pub(super) fn octets(self) -> Option<&'a [u8]> {
        self.piece(tag::OCTET_STRING)
    }

    /// As much of an OCTET STRING as there is.
    pub(super) fn octets_cut(self) -> Option<&'a [u8]> {
        (self.0.tag == tag::OCTET_STRING).then_some(self.0.body)
    }

    /// KerberosTime, seconds since the epoch.
    pub(super) fn seconds(self) -> Option<i64> {
        self.piece(tag::GENERALIZED_TIME).and_then(|text| date::seconds(self.0.tag, text))
    }

    /// KerberosFlags: 32 bits, the first one highest.
    pub(super) fn flags(self) -> Option<u32> {
        let octets = self.piece(tag::BIT_STRING)?.get(1..)?;
        Some(octets.first_chunk().map_or(0, |bits| u32::from_be_bytes(*bits)))
    }

    /// The fields of a SEQUENCE, empty for anything else.
    pub(super) fn fields(self) -> Fields<'a> {
        Fields(self.sequence())
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
        if self.0.tag == kind { self.0.body } else { &[] }
    }
}

/// Elements of the same type, as far as they are there.
pub(super) fn items<'a>(list: &mut &'a [u8], kind: u8) -> Option<&'a [u8]> {
    piece(list).filter(|item| item.tag == kind).map(|item| item.body)
}

/// Iterates over a SEQUENCE OF Int32.
#[derive(Clone, Copy, Debug)]
pub struct Integers<'a>(&'a [u8]);

impl<'a> Integers<'a> {
    pub(super) fn new(list: &'a [u8]) -> Self {
        Self(list)
    }
}

impl Iterator for Integers<'_> {
    type Item = i32;

    fn next(&mut self) -> Option<i32> {
        piece(&mut self.0).and_then(|element| Value(element).int32())
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
