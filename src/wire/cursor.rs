//! Reads fields off a slice, big-endian unless their name says otherwise; every short read names its field.

use super::{Error, ErrorKind};

/// A position in a slice.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// What is left.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// Nothing is left.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Offset of the next byte, counted from where the outermost cursor began.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The next `len` bytes.
    ///
    /// # Errors
    /// `Short` when fewer are left.
    pub fn take(&mut self, len: usize, field: &'static str) -> Result<&'a [u8], Error> {
        let Some((head, tail)) = self.bytes.split_at_checked(len) else {
            let need = len - self.bytes.len();
            return Err(Error { field, at: self.at, kind: ErrorKind::Short { need } });
        };
        self.bytes = tail;
        self.at += len;
        Ok(head)
    }

    /// The next `N` bytes.
    ///
    /// # Errors
    /// `Short` when fewer are left.
    pub fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], Error> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N, field)?);
        Ok(array)
    }

    /// One byte.
    ///
    /// # Errors
    /// `Short` at the end.
    pub fn u8(&mut self, field: &'static str) -> Result<u8, Error> {
        self.array(field).map(u8::from_be_bytes)
    }

    /// Two bytes, big-endian.
    ///
    /// # Errors
    /// `Short` at the end.
    pub fn u16(&mut self, field: &'static str) -> Result<u16, Error> {
        self.array(field).map(u16::from_be_bytes)
    }

    /// Three bytes, big-endian.
    ///
    /// # Errors
    /// `Short` at the end.
    pub fn u24(&mut self, field: &'static str) -> Result<u32, Error> {
        let [a, b, c] = self.array(field)?;
        Ok(u32::from_be_bytes([0, a, b, c]))
    }

    /// Four bytes, big-endian.
    ///
    /// # Errors
    /// `Short` at the end.
    pub fn u32(&mut self, field: &'static str) -> Result<u32, Error> {
        self.array(field).map(u32::from_be_bytes)
    }

    /// Two bytes, little-endian.
    ///
    /// # Errors
    /// `Short` at the end.
    pub fn u16_le(&mut self, field: &'static str) -> Result<u16, Error> {
        self.array(field).map(u16::from_le_bytes)
    }

    /// Four bytes, little-endian.
    ///
    /// # Errors
    /// `Short` at the end.
    pub fn u32_le(&mut self, field: &'static str) -> Result<u32, Error> {
        self.array(field).map(u32::from_le_bytes)
    }

    /// Eight bytes, little-endian.
    ///
    /// # Errors
    /// `Short` at the end.
    pub fn u64_le(&mut self, field: &'static str) -> Result<u64, Error> {
        self.array(field).map(u64::from_le_bytes)
    }

    /// A cursor over the next `len` bytes.
    ///
    /// # Errors
    /// `Short` when fewer are left.
    pub fn sub(&mut self, len: usize, field: &'static str) -> Result<Self, Error> {
        let at = self.at;
        Ok(Self { bytes: self.take(len, field)?, at })
    }

    /// A vector with an 8-bit length in front.
    ///
    /// # Errors
    /// `Short` when the length says more than is left.
    pub fn vec8(&mut self, field: &'static str) -> Result<Self, Error> {
        let len = self.u8(field)?;
        self.sub(usize::from(len), field)
    }

    /// A vector with a 16-bit length in front.
    ///
    /// # Errors
    /// `Short` when the length says more than is left.
    pub fn vec16(&mut self, field: &'static str) -> Result<Self, Error> {
        let len = self.u16(field)?;
        self.sub(usize::from(len), field)
    }

    /// A vector with a 24-bit length in front.
    ///
    /// # Errors
    /// `Short` when the length says more than is left.
    pub fn vec24(&mut self, field: &'static str) -> Result<Self, Error> {
        let len = self.u24(field)?;
        self.sub(len as usize, field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_field_is_named_with_its_place_and_what_is_missing() {
        let mut cursor = Cursor::new(&[1, 2, 3]);
        assert_eq!(cursor.u16("version"), Ok(0x0102));
        let flaw = Error { field: "length", at: 2, kind: ErrorKind::Short { need: 1 } };
        assert_eq!(cursor.u16("length"), Err(flaw));
        assert_eq!(cursor.u8("kind"), Ok(3), "a field that is short takes nothing");
        assert!(cursor.is_empty());
    }

    #[test]
    fn places_in_a_vector_count_from_the_outermost_beginning() {
        let mut cursor = Cursor::new(&[9, 0, 2, 7, 8, 5]);
        cursor.u8("kind").expect("is there");
        let mut inner = cursor.vec16("list").expect("is there");
        assert_eq!((inner.at(), inner.rest()), (3, &[7, 8][..]));
        inner.take(2, "items").expect("are there");
        let flaw = Error { field: "item", at: 5, kind: ErrorKind::Short { need: 1 } };
        assert_eq!(inner.u8("item"), Err(flaw));
        assert_eq!((cursor.at(), cursor.u8("tail")), (5, Ok(5)));
    }

    #[test]
    fn a_vector_longer_than_what_is_left_is_short() {
        let flaw = Error { field: "list", at: 3, kind: ErrorKind::Short { need: 254 } };
        assert_eq!(Cursor::new(&[0, 0, 255, 1]).vec24("list").map(|list| list.at()), Err(flaw));
        assert_eq!(Cursor::new(&[0]).u32("word").map_err(|flaw| flaw.at), Err(0));
    }
}
