//! Frames (RFC 9113 sections 4 and 6).

use crate::wire::Error;
use crate::wire::cursor::Cursor;

/// What a client begins with (section 3.4).
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Length of a frame's header, bytes.
pub const HEADER: usize = 9;

/// Frame types.
pub mod kind {
    /// DATA
    pub const DATA: u8 = 0;
    /// HEADERS
    pub const HEADERS: u8 = 1;
    /// RST_STREAM
    pub const RST_STREAM: u8 = 3;
    /// PUSH_PROMISE
    pub const PUSH_PROMISE: u8 = 5;
    /// CONTINUATION
    pub const CONTINUATION: u8 = 9;
}

/// Flags.
pub mod flag {
    /// END_STREAM
    pub const END_STREAM: u8 = 0x01;
    /// END_HEADERS
    pub const END_HEADERS: u8 = 0x04;
    /// PADDED
    pub const PADDED: u8 = 0x08;
    /// PRIORITY
    pub const PRIORITY: u8 = 0x20;
}

/// The header of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Bytes of the payload.
    pub length: u32,
    /// Type.
    pub kind: u8,
    /// Flags.
    pub flags: u8,
    /// Stream; 0: the connection.
    pub stream: u32,
}

/// Reads a frame's header.
///
/// # Errors
/// `Short` below nine bytes.
pub fn frame(bytes: &[u8]) -> Result<Frame, Error> {
    let mut cursor = Cursor::new(bytes);
    Ok(Frame {
        length: cursor.u24("length")?,
        kind: cursor.u8("type")?,
        flags: cursor.u8("flags")?,
        stream: cursor.u32("stream identifier")? & 0x7fff_ffff,
    })
}

/// The part of a header block in the payload of a HEADERS or PUSH_PROMISE frame, padding left out; of a PUSH_PROMISE it begins
/// with the stream that is promised.
///
/// # Errors
/// `Short` when padding or priority are longer than the payload.
pub fn block(frame: Frame, payload: &[u8]) -> Result<&[u8], Error> {
    let mut cursor = Cursor::new(payload);
    let padding = if frame.flags & flag::PADDED != 0 { cursor.u8("pad length")? } else { 0 };
    if frame.kind == kind::HEADERS && frame.flags & flag::PRIORITY != 0 {
        cursor.take(5, "priority")?;
    }
    let mut rest = Cursor::new(cursor.rest());
    let fragment = cursor.rest().len().saturating_sub(usize::from(padding));
    rest.take(usize::from(padding), "padding")?;
    cursor.take(fragment, "field block fragment")
}

/// The stream that is promised, and what follows it.
///
/// # Errors
/// `Short` below four bytes.
pub fn promise(block: &[u8]) -> Result<(u32, &[u8]), Error> {
    let mut cursor = Cursor::new(block);
    let stream = cursor.u32("promised stream identifier")? & 0x7fff_ffff;
    Ok((stream, cursor.rest()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::ErrorKind;

    #[test]
    fn padding_and_priority_are_no_part_of_the_block() {
        let bytes = [0, 0, 11, 1, 0x2d, 0x80, 0, 0, 3, 2, 9, 9, 9, 9, 9, 0x82, 0x84, 0x87, 0, 0];
        let header = frame(&bytes).expect("is whole");
        assert_eq!(header, Frame { length: 11, kind: kind::HEADERS, flags: 0x2d, stream: 3 });
        assert_eq!(block(header, &bytes[HEADER..]), Ok(&[0x82, 0x84, 0x87][..]));
        let short = Error { field: "padding", at: 0, kind: ErrorKind::Short { need: 7 } };
        assert_eq!(block(Frame { flags: flag::PADDED, ..header }, &[9, 1, 1]), Err(short));
    }

    #[test]
    fn a_promise_names_its_stream() {
        assert_eq!(promise(&[0, 0, 0, 2, 0x82]), Ok((2, &[0x82][..])));
        assert!(promise(&[0, 0, 2]).is_err());
    }
}
