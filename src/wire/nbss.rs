//! NetBIOS session service (RFC 1002 section 4.3), and its remains in front of SMB over port 445 (MS-SMB2 section 2.1).

/// Bytes of a header.
pub const HEADER_BYTES: usize = 4;

/// The header of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// What it is: 0 a message; 0x81 to 0x85 belong to the session.
    pub kind: u8,
    /// Bytes that follow.
    pub len: u32,
}

/// The header at the start of `bytes`; `None` where that is cut off, or no header.
pub fn header(bytes: &[u8]) -> Option<Header> {
    let [kind, a, b, c] = *bytes.first_chunk::<HEADER_BYTES>()?;
    let len = match kind {
        0 => u32::from_be_bytes([0, a, b, c]),
        0x81..=0x85 => u32::from_be_bytes([0, a & 1, b, c]),
        _ => return None,
    };
    Some(Header { kind, len })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_24_bits_of_length_and_what_opens_a_session_17() {
        assert_eq!(header(&[0, 1, 0, 2, 9]), Some(Header { kind: 0, len: 0x1_0002 }));
        assert_eq!(header(&[0x81, 0xfe, 0, 68]), Some(Header { kind: 0x81, len: 68 }));
        assert_eq!(header(b"GET "), None);
        assert_eq!(header(&[0, 0]), None);
    }
}
