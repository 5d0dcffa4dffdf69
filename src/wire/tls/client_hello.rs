//! The ClientHello (RFC 8446 section 4.1.2): what a client offers.

use super::extension::{self, extensions, numbers, protocols, text, vec8_lenient, vec16_lenient};
use crate::wire::Error;
use crate::wire::cursor::Cursor;

/// TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746)
pub(super) const RENEGOTIATION_SCSV: u16 = 0x00ff;
/// TLS_FALLBACK_SCSV (RFC 7507)
pub(super) const FALLBACK_SCSV: u16 = 0x5600;

/// Length of the header of a handshake message, bytes.
const HEADER: usize = 4;

/// A ClientHello, also one in SSLv2 format. GREASE values (RFC 8701) are left out of every list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientHello {
    /// In SSLv2 format.
    pub sslv2: bool,
    /// legacy_version
    pub legacy_version: u16,
    /// supported_versions, or `legacy_version` alone where the extension is absent; as sent, GREASE left out.
    pub versions: Vec<u16>,
    /// The extension supported_versions was there.
    pub has_supported_versions: bool,
    /// random
    pub random: [u8; 32],
    /// cipher_suites without the two signalling values 0x5600 and 0x00ff, which set the flags below.
    pub ciphers: Vec<u16>,
    /// TLS_FALLBACK_SCSV (0x5600, RFC 7507) was offered.
    pub fallback_scsv: bool,
    /// TLS_EMPTY_RENEGOTIATION_INFO_SCSV (0x00ff) or the extension renegotiation_info was offered (RFC 5746).
    pub secure_renegotiation: bool,
    /// server_name, the first host_name, as sent.
    pub sni: Option<Box<str>>,
    /// supported_groups
    pub groups: Vec<u16>,
    /// Groups of key_share.
    pub key_shares: Vec<u16>,
    /// signature_algorithms
    pub signature_algorithms: Vec<u16>,
    /// application_layer_protocol_negotiation
    pub alpn: Vec<Box<str>>,
    /// Numbers of all extensions, in order.
    pub extensions: Vec<u16>,
    /// session_ticket with content, or pre_shared_key: a resumption is offered.
    pub offers_ticket: bool,
    /// pre_shared_key was offered.
    pub offers_psk: bool,
    /// status_request was offered.
    pub offers_status: bool,
    /// encrypted_client_hello was offered.
    pub ech: bool,
    /// Length of the whole message with its header, bytes.
    pub length: u32,
}

/// Parses the body of a ClientHello (without the 4-byte header). Broken or cut extensions do not lose the hello: what
/// was readable is there.
///
/// # Errors
/// The first field in front of the extensions that could not be read.
pub fn client_hello(body: &[u8]) -> Result<ClientHello, Error> {
    let (mut hello, block) = head(body)?;
    hello.length = u32::try_from(body.len() + HEADER).unwrap_or(u32::MAX);
    hello.extensions = Vec::with_capacity(24);
    for (number, content) in extensions(block) {
        hello.extensions.push(number);
        hello.extend(number, content);
    }
    if !hello.has_supported_versions {
        hello.versions = vec![hello.legacy_version];
    }
    Ok(hello)
}

/// The fields in front of the extensions, and the extensions' block. Takes long session ids and odd lists.
fn head(body: &[u8]) -> Result<(ClientHello, &[u8]), Error> {
    let mut cursor = Cursor::new(body);
    let mut hello =
        ClientHello { legacy_version: cursor.u16("legacy_version")?, ..Default::default() };
    hello.random = cursor.array("random")?;
    cursor.vec8("legacy_session_id")?;
    hello.offer(numbers(cursor.vec16("cipher_suites")?.rest()));
    cursor.vec8("legacy_compression_methods")?;
    Ok((hello, vec16_lenient(cursor.rest())))
}

impl ClientHello {
    /// Takes over the cipher suites; the signalling values become flags.
    pub(super) fn offer(&mut self, suites: impl Iterator<Item = u16>) {
        self.ciphers = Vec::with_capacity(suites.size_hint().1.unwrap_or_default());
        for suite in suites {
            match suite {
                RENEGOTIATION_SCSV => self.secure_renegotiation = true,
                FALLBACK_SCSV => self.fallback_scsv = true,
                _ => self.ciphers.push(suite),
            }
        }
    }

    /// Takes over an extension.
    fn extend(&mut self, number: u16, content: &[u8]) {
        match number {
            extension::SERVER_NAME => self.sni = self.sni.take().or_else(|| host_name(content)),
            extension::STATUS_REQUEST => self.offers_status = true,
            extension::SUPPORTED_GROUPS => self.groups = list(vec16_lenient(content)),
            extension::SIGNATURE_ALGORITHMS => {
                self.signature_algorithms = list(vec16_lenient(content));
            }
            extension::ALPN => self.alpn = protocols(content).map(text).collect(),
            extension::SESSION_TICKET => self.offers_ticket |= !content.is_empty(),
            extension::PRE_SHARED_KEY => (self.offers_psk, self.offers_ticket) = (true, true),
            extension::SUPPORTED_VERSIONS => {
                self.has_supported_versions = true;
                self.versions = list(vec8_lenient(content));
            }
            extension::KEY_SHARE | extension::KEY_SHARE_DRAFT => {
                self.key_shares = key_shares(vec16_lenient(content));
            }
            extension::ENCRYPTED_CLIENT_HELLO => self.ech = true,
            extension::RENEGOTIATION_INFO => self.secure_renegotiation = true,
            _ => {}
        }
    }
}

fn list(bytes: &[u8]) -> Vec<u16> {
    let mut list = Vec::with_capacity(bytes.len() / 2);
    list.extend(numbers(bytes));
    list
}

/// The first host_name of a server_name extension (RFC 6066 section 3).
fn host_name(content: &[u8]) -> Option<Box<str>> {
    let mut names = Cursor::new(vec16_lenient(content));
    loop {
        let kind = names.u8("name_type").ok()?;
        let name = names.vec16("HostName").ok()?;
        if kind == 0 {
            return Some(text(name.rest()));
        }
    }
}

/// The groups of the entries of a key_share.
fn key_shares(entries: &[u8]) -> Vec<u16> {
    let mut cursor = Cursor::new(entries);
    let next = move || {
        let group = cursor.u16("group").ok()?;
        // The last share may be cut off: its group was said.
        if cursor.vec16("key_exchange").is_err() {
            cursor = Cursor::new(&[]);
        }
        Some(group)
    };
    std::iter::from_fn(next).filter(|group| !extension::is_grease(*group)).collect()
}
