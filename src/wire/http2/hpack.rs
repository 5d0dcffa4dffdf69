//! Header blocks in HPACK (RFC 7541 section 6), field by field. The table that they refer to is the reader's.

use super::huffman;
use crate::wire::cursor::Cursor;
use crate::wire::{Error, ErrorKind};
use std::borrow::Cow;

/// Bytes of an integer beyond its prefix: no length and no index needs more.
const INTEGER_BYTES_MAX: u32 = 4;

/// One representation of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field<'a> {
    /// An entry of the tables, counted from 1.
    Indexed(usize),
    /// A name and a value.
    Literal {
        /// Name.
        name: Name<'a>,
        /// Value.
        value: Cow<'a, [u8]>,
        /// It becomes an entry of the dynamic table.
        kept: bool,
    },
    /// The dynamic table has this size from now on.
    Resize(usize),
}

/// The name of a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name<'a> {
    /// That of an entry of the tables, counted from 1.
    Indexed(usize),
    /// Itself.
    Literal(Cow<'a, [u8]>),
}

/// The representations in a block; an error is the last item.
pub fn fields(block: &[u8]) -> impl Iterator<Item = Result<Field<'_>, Error>> {
    let mut cursor = Some(Cursor::new(block));
    std::iter::from_fn(move || {
        let at = cursor.as_mut().filter(|cursor| !cursor.is_empty())?;
        let field = field(at);
        if field.is_err() {
            cursor = None;
        }
        Some(field)
    })
}

fn field<'a>(cursor: &mut Cursor<'a>) -> Result<Field<'a>, Error> {
    let first = cursor.u8("representation")?;
    match first {
        0x80.. => Ok(Field::Indexed(integer(cursor, first, 7)?)),
        0x40.. => literal(cursor, first, 6, true),
        0x20.. => Ok(Field::Resize(integer(cursor, first, 5)?)),
        _ => literal(cursor, first, 4, false),
    }
}

fn literal<'a>(
    cursor: &mut Cursor<'a>,
    first: u8,
    bits: u8,
    kept: bool,
) -> Result<Field<'a>, Error> {
    let name = match integer(cursor, first, bits)? {
        0 => Name::Literal(string(cursor, "name")?),
        index => Name::Indexed(index),
    };
    Ok(Field::Literal { name, value: string(cursor, "value")?, kept })
}

/// An integer whose first `bits` bits are the last of `first` (section 5.1).
fn integer(cursor: &mut Cursor<'_>, first: u8, bits: u8) -> Result<usize, Error> {
    let mask = u8::MAX >> (8 - bits);
    let mut value = u64::from(first & mask);
    if value < u64::from(mask) {
        return Ok(value as usize);
    }
    let at = cursor.at();
    for place in 0..INTEGER_BYTES_MAX {
        let byte = cursor.u8("integer")?;
        value += u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok(value as usize);
        }
    }
    Err(Error { field: "integer", at, kind: ErrorKind::Invalid })
}

/// A string, in Huffman code or not (section 5.2).
fn string<'a>(cursor: &mut Cursor<'a>, field: &'static str) -> Result<Cow<'a, [u8]>, Error> {
    let at = cursor.at();
    let first = cursor.u8(field)?;
    let length = integer(cursor, first, 7)?;
    let bytes = cursor.take(length, field)?;
    if first & 0x80 == 0 {
        return Ok(Cow::Borrowed(bytes));
    }
    let plain = huffman::decode(bytes).ok_or(Error { field, at, kind: ErrorKind::Invalid })?;
    Ok(Cow::Owned(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(block: &[u8]) -> Vec<Field<'_>> {
        fields(block).map(|field| field.expect("is well-formed")).collect()
    }

    // RFC 7541 appendix C.2.1 and C.4.1.
    #[test]
    fn the_examples_of_the_rfc_are_read() {
        let block = b"\x40\x0acustom-key\x0dcustom-header";
        let name = Name::Literal(Cow::Borrowed(&b"custom-key"[..]));
        let value = Cow::Borrowed(&b"custom-header"[..]);
        assert_eq!(all(block), [Field::Literal { name, value, kept: true }]);
        let block = b"\x82\x86\x84\x41\x8c\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff";
        let (name, value) = (Name::Indexed(1), Cow::Borrowed(&b"www.example.com"[..]));
        let literal = Field::Literal { name, value, kept: true };
        assert_eq!(all(block), [Field::Indexed(2), Field::Indexed(6), Field::Indexed(4), literal]);
    }

    #[test]
    fn integers_may_be_longer_than_their_prefix_but_not_absurd() {
        assert_eq!(all(&[0x3f, 0x9a, 0x0a]), [Field::Resize(1337)], "appendix C.1.2");
        let mut absurd = fields(&[0xff, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]);
        let flaw = Error { field: "integer", at: 1, kind: ErrorKind::Invalid };
        assert_eq!((absurd.next(), absurd.next()), (Some(Err(flaw)), None));
    }

    #[test]
    fn a_block_that_is_cut_names_what_is_missing() {
        let flaws =
            |block: &[u8]| fields(block).last().and_then(Result::err).map(|flaw| flaw.field);
        assert_eq!(flaws(b"\x40\x0acust"), Some("name"));
        assert_eq!(flaws(b"\x41\x8c\xf1"), Some("value"));
        assert_eq!(flaws(b"\x41\x82\xff\xff"), Some("value"), "padding of more than seven bits");
    }
}
