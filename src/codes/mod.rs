//! What numbers mean: tables of codes, one file a space, and one look-up over all of them.

mod cipher;
mod describe;
mod explain;
mod table;

pub use cipher::{
    Authentication, CipherKind, Hash, KeyExchange, Mode, cipher_kind, encrypted_alert_length,
};
pub use explain::{Explanation, Kin, explain};
pub use table::{Row, SPACES, Space, Written};

use table::{ALERT, CIPHER, EXTENSION, GROUP, HANDSHAKE_TYPE, SCHEME, VERSION};

/// IANA's name of a cipher suite: `TLS_AES_128_GCM_SHA256`; unknown: `0x1a2b`.
pub fn cipher_name(number: u16) -> String {
    CIPHER.name_or_number(number.into())
}

/// IANA's name of a group of supported_groups: `x25519`; unknown: `0x1a2b`.
pub fn group_name(number: u16) -> String {
    GROUP.name_or_number(number.into())
}

/// IANA's name of a SignatureScheme: `rsa_pss_rsae_sha256`; unknown: `0x1a2b`.
pub fn scheme_name(number: u16) -> String {
    SCHEME.name_or_number(number.into())
}

/// IANA's name of an extension: `server_name`; unknown: `0x1a2b`.
pub fn extension_name(number: u16) -> String {
    EXTENSION.name_or_number(number.into())
}

/// A protocol version as people say it: `SSL 3.0`, `TLS 1.2`, `DTLS 1.2`; unknown: `0x1a2b`.
pub fn version_name(number: u16) -> String {
    VERSION.name_or_number(number.into())
}

/// The RFC's name of an alert: `unknown_ca`; unknown: its number in decimal.
pub fn alert_name(number: u8) -> String {
    ALERT.name_or_number(number.into())
}

/// IANA's name of a handshake type: `client_hello`; `None` where the number is not assigned.
pub fn handshake_type_name(number: u8) -> Option<&'static str> {
    HANDSHAKE_TYPE.row(number.into()).map(|row| row.name)
}

/// What an alert means when the client sent it, and when the server did; empty where nobody sends it.
pub fn alert_meaning(number: u8, from_client: bool) -> &'static str {
    let column = if from_client { "from_client" } else { "from_server" };
    ALERT.row(number.into()).and_then(|row| row.extra(column)).unwrap_or_default()
}
