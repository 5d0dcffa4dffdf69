//! Tag, length, value: the DER framing (X.690) under every field of a certificate, of Kerberos, of GSS tokens.

use super::cursor::Cursor;
use super::{Error, ErrorKind};

/// Tags of X.690 section 8 that are in use, constructed bit included.
pub(super) mod tag {
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;
}

/// One element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    /// Its identifier octet.
    pub tag: u8,
    /// Its contents.
    pub body: Cursor<'a>,
    /// Header and contents.
    pub raw: &'a [u8],
    /// Offset of the header.
    pub at: usize,
}

/// The next element, whatever it is.
pub(super) fn any<'a>(input: &mut Cursor<'a>, field: &'static str) -> Result<Element<'a>, Error> {
    let (before, at) = (input.rest(), input.at());
    let (tag, len) = header(input, field)?;
    let body = input.sub(len, field)?;
    let used = before.len() - input.rest().len();
    Ok(Element { tag, body, raw: before.get(..used).unwrap_or_default(), at })
}

/// The next element, which must have this tag.
pub(super) fn expect<'a>(
    input: &mut Cursor<'a>,
    tag: u8,
    field: &'static str,
) -> Result<Element<'a>, Error> {
    let at = input.at();
    let element = any(input, field)?;
    if element.tag == tag { Ok(element) } else { Err(invalid(field, at)) }
}

/// The next element if it has this tag; else nothing is read.
pub(super) fn optional<'a>(input: &mut Cursor<'a>, tag: u8) -> Option<Element<'a>> {
    let mut ahead = *input;
    let element = any(&mut ahead, "").ok().filter(|element| element.tag == tag)?;
    *input = ahead;
    Some(element)
}

/// An element that may be cut: what is there of it, and the flaw.
pub(super) fn cut<'a>(
    input: &mut Cursor<'a>,
    field: &'static str,
) -> Result<(Element<'a>, Option<Error>), Error> {
    let (before, at) = (input.rest(), input.at());
    let (tag, len) = header(input, field)?;
    let left = input.rest().len();
    let need = len.saturating_sub(left);
    let flaw = Error { field, at: input.at(), kind: ErrorKind::Short { need } };
    let body = input.sub(len.min(left), field)?;
    let raw = before.get(..before.len() - input.rest().len()).unwrap_or_default();
    Ok((Element { tag, body, raw, at }, (need > 0).then_some(flaw)))
}

/// What there is of an element that may be cut. Without its place: for walks through many that tell of no flaw.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    /// Its identifier octet.
    pub tag: u8,
    /// Its contents, as far as they are there.
    pub body: &'a [u8],
    /// They are all there.
    pub is_whole: bool,
}

/// The next element, which may be cut, taken off `input`; `None` where none begins.
#[inline]
pub(super) fn piece<'a>(input: &mut &'a [u8]) -> Option<Piece<'a>> {
    let (len, behind) = match **input {
        [tag, _, ..] if tag & 0x1F == 0x1F => return None,
        [_, len @ 0..=0x7F, ref behind @ ..] => (usize::from(len), behind),
        [_, first @ 0x81..=0x84, ref behind @ ..] => {
            let (octets, behind) = behind.split_at_checked(usize::from(first & 0x7F))?;
            (octets.iter().fold(0, |len, octet| len << 8 | usize::from(*octet)), behind)
        }
        _ => return None,
    };
    let tag = *input.first()?;
    let (body, behind) = behind.split_at_checked(len).unwrap_or((behind, &[]));
    *input = behind;
    Some(Piece { tag, body, is_whole: body.len() == len })
}

/// A SEQUENCE that may be cut: what is there of it, and the flaw.
pub(super) fn cut_sequence<'a>(
    input: &mut Cursor<'a>,
    field: &'static str,
) -> Result<(Element<'a>, Option<Error>), Error> {
    let (element, flaw) = cut(input, field)?;
    if element.tag == tag::SEQUENCE { Ok((element, flaw)) } else { Err(invalid(field, element.at)) }
}

/// A field with a value that its format does not allow.
pub(super) fn invalid(field: &'static str, at: usize) -> Error {
    Error { field, at, kind: ErrorKind::Invalid }
}

/// Identifier and length octets; low tag numbers and definite lengths only, as DER has.
fn header(input: &mut Cursor<'_>, field: &'static str) -> Result<(u8, usize), Error> {
    let at = input.at();
    let tag = input.u8(field)?;
    if tag & 0x1F == 0x1F {
        return Err(invalid(field, at));
    }
    let first = input.u8(field)?;
    let len = match first {
        0..=0x7F => usize::from(first),
        0x81..=0x84 => {
            let octets = input.take(usize::from(first & 0x7F), field)?;
            octets.iter().fold(0, |len, octet| len << 8 | usize::from(*octet))
        }
        _ => return Err(invalid(field, at)),
    };
    Ok((tag, len))
}

/// The dotted form of an object identifier's contents.
pub(super) fn dotted(contents: &[u8]) -> String {
    der_parser::Oid::new(contents.into()).to_id_string()
}

/// Bits of a non-negative INTEGER's contents.
pub(super) fn bits(contents: &[u8]) -> u32 {
    let digits = unsigned(contents);
    let first = digits.first().map_or(0, |first| first.leading_zeros());
    u32::try_from(digits.len() * 8).unwrap_or(u32::MAX).saturating_sub(first)
}

/// An INTEGER's contents without leading zero octets.
pub(super) fn unsigned(contents: &[u8]) -> &[u8] {
    let zeros = contents.iter().take_while(|octet| **octet == 0).count();
    contents.get(zeros..).unwrap_or_default()
}
