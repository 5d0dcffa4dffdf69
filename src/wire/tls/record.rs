//! The record header (RFC 8446 section 5.1) and what tells a ClientHello from other bytes.

use crate::codes::handshake_type_name;

/// The longest fragment that a record may carry, bytes: 2^14 and what encryption may add (RFC 5246 section 6.2.3).
pub const LENGTH_MAX: u16 = (1 << 14) + 2048;

/// Length of a record header, bytes.
const HEADER: usize = 5;

/// The shortest body of a ClientHello that offers anything: version, random, empty session id, one suite, one method.
const HELLO_MIN: u32 = 2 + 32 + 1 + 4 + 2;

/// The longest body of a ClientHello that is believed: 2^17 holds every extension there is.
const HELLO_MAX: u32 = 1 << 17;

/// ContentType of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentType(pub u8);

impl ContentType {
    /// ChangeCipherSpec
    pub const CHANGE_CIPHER_SPEC: Self = Self(20);
    /// Alerts
    pub const ALERT: Self = Self(21);
    /// Handshake messages
    pub const HANDSHAKE: Self = Self(22);
    /// Application data; TLS 1.3: everything encrypted.
    pub const APPLICATION_DATA: Self = Self(23);
    /// Heartbeat (RFC 6520)
    pub const HEARTBEAT: Self = Self(24);
}

/// HandshakeType of a handshake message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HandshakeType(pub u8);

impl HandshakeType {
    /// HelloRequest (up to TLS 1.2)
    pub const HELLO_REQUEST: Self = Self(0);
    /// ClientHello
    pub const CLIENT_HELLO: Self = Self(1);
    /// ServerHello, HelloRetryRequest
    pub const SERVER_HELLO: Self = Self(2);
    /// NewSessionTicket
    pub const NEW_SESSION_TICKET: Self = Self(4);
    /// EncryptedExtensions (TLS 1.3)
    pub const ENCRYPTED_EXTENSIONS: Self = Self(8);
    /// Certificate
    pub const CERTIFICATE: Self = Self(11);
    /// ServerKeyExchange
    pub const SERVER_KEY_EXCHANGE: Self = Self(12);
    /// CertificateRequest
    pub const CERTIFICATE_REQUEST: Self = Self(13);
    /// ServerHelloDone
    pub const SERVER_HELLO_DONE: Self = Self(14);
    /// CertificateVerify
    pub const CERTIFICATE_VERIFY: Self = Self(15);
    /// ClientKeyExchange
    pub const CLIENT_KEY_EXCHANGE: Self = Self(16);
    /// Finished
    pub const FINISHED: Self = Self(20);
    /// CertificateStatus (RFC 6066)
    pub const CERTIFICATE_STATUS: Self = Self(22);

    /// IANA's name: `server_hello`; `None` where the number is not assigned.
    pub fn name(self) -> Option<&'static str> {
        handshake_type_name(self.0)
    }
}

/// The header of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordHeader {
    /// type
    pub content_type: ContentType,
    /// legacy_record_version
    pub version: u16,
    /// Length of the fragment behind the header, bytes.
    pub length: u16,
}

/// The record header at the start of `bytes`; `None` where five bytes are not there or are none.
pub fn record_header(bytes: &[u8]) -> Option<RecordHeader> {
    let &[kind, major, minor, high, low] = bytes.first_chunk::<HEADER>()?;
    let length = u16::from_be_bytes([high, low]);
    let plausible = (20..=24).contains(&kind) && major == 3 && minor <= 4 && length <= LENGTH_MAX;
    let version = u16::from_be_bytes([major, minor]);
    plausible.then_some(RecordHeader { content_type: ContentType(kind), version, length })
}

/// Whether a ClientHello begins here: handshake record, type 1, lengths and version that fit. Looks at up to 11 bytes
/// and wants at least 6; finds where TLS begins behind STARTTLS or CONNECT.
pub fn is_client_hello_start(bytes: &[u8]) -> bool {
    let Some(header) = record_header(bytes) else { return false };
    if header.content_type != ContentType::HANDSHAKE || header.length == 0 {
        return false;
    }
    let hello = bytes.get(HEADER..).unwrap_or_default();
    match *hello {
        [1, a, b, c, ref body @ ..] => {
            let length = u32::from_be_bytes([0, a, b, c]);
            (HELLO_MIN..=HELLO_MAX).contains(&length) && is_version_start(body)
        }
        // The length is cut off: its first byte says whether it can fit.
        [1, ref length @ ..] => length.first().is_none_or(|high| *high <= 2),
        _ => false,
    }
}

/// legacy_version of a ClientHello: SSL 3.0 to TLS 1.3, or a draft of it; nothing speaks against what is cut off.
fn is_version_start(body: &[u8]) -> bool {
    match *body {
        [major, minor, ..] => (major == 3 && minor <= 4) || major == 0x7f,
        [major] => major == 3 || major == 0x7f,
        [] => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_headers_are_told_from_other_bytes() {
        let header = record_header(&[22, 3, 1, 2, 0, 1]).expect("is one");
        assert_eq!(header.content_type, ContentType::HANDSHAKE);
        assert_eq!((header.version, header.length), (0x0301, 512));
        assert_eq!(record_header(b"HTTP/1.1 200 OK"), None);
        assert_eq!(record_header(&[23, 3, 3, 0x48, 0x01]), None, "longer than a record may be");
        assert_eq!(record_header(&[23, 3, 3, 0x48]), None, "cut");
    }

    #[test]
    fn a_hello_is_found_by_its_first_bytes() {
        let hello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 0xaa];
        for length in 6..=hello.len() {
            assert!(is_client_hello_start(&hello[..length]), "{length} bytes");
        }
        for length in 0..6 {
            assert!(!is_client_hello_start(&hello[..length]), "{length} bytes");
        }
    }

    #[test]
    fn a_server_hello_an_absurd_length_and_text_are_no_hello() {
        assert!(!is_client_hello_start(&[0x16, 3, 1, 2, 0, 2, 0, 1, 0xfc, 3, 3]));
        assert!(!is_client_hello_start(&[0x16, 3, 1, 2, 0, 1, 0x40, 1, 0xfc, 3, 3]));
        assert!(!is_client_hello_start(&[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 9, 9]));
        assert!(!is_client_hello_start(b"GET / HTTP/1.1\r\n"));
    }

    #[test]
    fn handshake_types_have_names() {
        assert_eq!(HandshakeType::CERTIFICATE_REQUEST.name(), Some("certificate_request"));
        assert_eq!(HandshakeType(77).name(), None);
    }
}
