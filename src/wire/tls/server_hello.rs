//! The ServerHello and HelloRetryRequest (RFC 8446 section 4.1.3): what a server chose.

use super::extension::{self, extensions, protocols, text, vec16_lenient};
use crate::wire::Error;
use crate::wire::cursor::Cursor;

/// The random of a HelloRetryRequest: SHA-256 of "HelloRetryRequest".
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// A ServerHello or HelloRetryRequest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerHello {
    /// legacy_version
    pub legacy_version: u16,
    /// The version chosen: supported_versions, else `legacy_version`.
    pub version: u16,
    /// random
    pub random: [u8; 32],
    /// It is a HelloRetryRequest (by its random).
    pub retry: bool,
    /// cipher_suite
    pub cipher: u16,
    /// Group of key_share.
    pub group: Option<u16>,
    /// pre_shared_key was accepted.
    pub psk: bool,
    /// ALPN protocol chosen (in clear up to TLS 1.2).
    pub alpn: Option<Box<str>>,
    /// renegotiation_info was sent (RFC 5746).
    pub secure_renegotiation: bool,
    /// A session ticket will follow.
    pub ticket: bool,
    /// encrypt_then_mac (RFC 7366)
    pub encrypt_then_mac: bool,
    /// extended_master_secret
    pub extended_master_secret: bool,
    /// status_request was answered: a staple follows (RFC 6066 section 8).
    pub status: bool,
}

/// Parses the body of a ServerHello. Broken or cut extensions do not lose the hello: what was readable is there.
///
/// # Errors
/// The first field in front of the extensions that could not be read.
pub fn server_hello(body: &[u8]) -> Result<ServerHello, Error> {
    let (mut hello, block) = head(body)?;
    hello.version = hello.legacy_version;
    hello.retry = hello.random == RETRY;
    for (number, content) in extensions(block) {
        hello.extend(number, content);
    }
    Ok(hello)
}

/// The fields in front of the extensions, and the extensions' block. Takes drafts of TLS 1.3, odd versions and session ids.
fn head(body: &[u8]) -> Result<(ServerHello, &[u8]), Error> {
    let mut cursor = Cursor::new(body);
    let mut hello =
        ServerHello { legacy_version: cursor.u16("legacy_version")?, ..Default::default() };
    hello.random = cursor.array("random")?;
    // Drafts 18 to 21 had neither of the two legacy fields.
    let legacy_fields = !(0x7f12..=0x7f15).contains(&hello.legacy_version);
    if legacy_fields {
        cursor.vec8("legacy_session_id_echo")?;
    }
    hello.cipher = cursor.u16("cipher_suite")?;
    if legacy_fields {
        cursor.u8("legacy_compression_method")?;
    }
    Ok((hello, vec16_lenient(cursor.rest())))
}

impl ServerHello {
    /// Takes over an extension.
    fn extend(&mut self, number: u16, content: &[u8]) {
        let first = || Cursor::new(content).u16("selected").ok();
        match number {
            extension::SUPPORTED_VERSIONS => self.version = first().unwrap_or(self.version),
            extension::STATUS_REQUEST => self.status = true,
            extension::KEY_SHARE | extension::KEY_SHARE_DRAFT => self.group = first(),
            extension::PRE_SHARED_KEY => self.psk = true,
            extension::ALPN => self.alpn = protocols(content).next().map(text),
            extension::RENEGOTIATION_INFO => self.secure_renegotiation = true,
            extension::SESSION_TICKET => self.ticket = true,
            extension::ENCRYPT_THEN_MAC => self.encrypt_then_mac = true,
            extension::EXTENDED_MASTER_SECRET => self.extended_master_secret = true,
            _ => {}
        }
    }
}
