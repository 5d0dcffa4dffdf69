//! What numbers mean: tables of codes, one file a space, and one look-up over all of them.

mod cipher;
mod describe;
mod explain;
mod findings;
mod kin;
mod table;
mod typed;
mod wrap;

pub use cipher::{
    Authentication, CipherKind, Hash, KeyExchange, Mode, cipher_kind, encrypted_alert_length,
};
pub use explain::{Explanation, explain};
pub use findings::finding_ids;
pub use kin::Kin;
pub use table::{Row, SPACES, Space, Written};
pub(crate) use typed::bare;

use std::borrow::Cow;
use table::{
    ALERT, CIPHER, DNS_EDE, DNS_RCODE, DNS_TYPE, ETYPE, EXTENSION, GROUP, HANDSHAKE_TYPE, HTTP,
    KERBEROS, KPASSWD, NTSTATUS, PADATA, SCHEME, SPNEGO, VERSION, WIN32,
};

/// IANA's name of a cipher suite: `TLS_AES_128_GCM_SHA256`; unknown: `0x1a2b`.
pub fn cipher_name(number: u16) -> String {
    CIPHER.name_or_number(number.into()).into_owned()
}

/// IANA's name of a group of supported_groups: `x25519`; unknown: `0x1a2b`.
pub fn group_name(number: u16) -> String {
    GROUP.name_or_number(number.into()).into_owned()
}

/// IANA's name of a SignatureScheme: `rsa_pss_rsae_sha256`; unknown: `0x1a2b`.
pub fn scheme_name(number: u16) -> String {
    SCHEME.name_or_number(number.into()).into_owned()
}

/// IANA's name of an extension: `server_name`; unknown: `0x1a2b`.
pub fn extension_name(number: u16) -> String {
    EXTENSION.name_or_number(number.into()).into_owned()
}

/// A protocol version as people say it: `SSL 3.0`, `TLS 1.2`, `DTLS 1.2`; unknown: `0x1a2b`.
pub fn version_name(number: u16) -> String {
    VERSION.name_or_number(number.into()).into_owned()
}

/// A number as those of its space (`ntstatus`, `tls_alert`) are written: `0xc000006d`, `48`.
pub fn written(space: &str, number: i64) -> String {
    let space = SPACES.iter().find(|known| known.name == space);
    space.map_or(Written::Decimal, |space| space.written).text(number)
}

/// The RFC's name of an alert: `unknown_ca`; unknown: its number in decimal.
pub fn alert_name(number: u8) -> Cow<'static, str> {
    ALERT.name_or_number(number.into())
}

/// The RFC's name of an RCODE of DNS: `NXDOMAIN`; unknown: its number in decimal.
pub fn rcode_name(number: u16) -> String {
    DNS_RCODE.name_or_number(number.into()).into_owned()
}

/// IANA's name of a record type of DNS: `AAAA`; unknown: `TYPE65280` (RFC 3597).
pub fn dns_type_name(number: u16) -> String {
    match DNS_TYPE.row(number.into()) {
        Some(row) => row.name.to_owned(),
        None => format!("TYPE{number}"),
    }
}

/// An Extended DNS Error: its name, and what it means; `None` where the number is not assigned.
pub fn extended_dns_error(number: u16) -> Option<(&'static str, &'static str)> {
    DNS_EDE.row(number.into()).map(|row| (row.name, row.meaning))
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

/// The RFC's name of an error of Kerberos: `KDC_ERR_PREAUTH_FAILED`; unknown: its number in decimal.
pub fn kerberos_name(code: i32) -> Cow<'static, str> {
    KERBEROS.name_or_number(code.into())
}

/// What an error of Kerberos means; empty where the code is unknown.
pub fn kerberos_meaning(code: i32) -> &'static str {
    KERBEROS.row(code.into()).map_or("", |row| row.meaning)
}

/// What to do about an error of Kerberos; `None` where nothing is to be done or the code is unknown.
pub fn kerberos_remedy(code: i32) -> Option<&'static str> {
    KERBEROS.row(code.into())?.extra("what_to_do")
}

/// The name of an encryption type of Kerberos: `aes256-cts-hmac-sha1-96`; unknown: its number in decimal.
pub fn etype_name(number: i32) -> String {
    ETYPE.name_or_number(number.into()).into_owned()
}

/// The name of a type of pre-authentication data: `PA-ENC-TIMESTAMP`; unknown: its number in decimal.
pub fn padata_name(number: i32) -> String {
    PADATA.name_or_number(number.into()).into_owned()
}

/// The name of a result of a password change: `KRB5_KPASSWD_SOFTERROR`; unknown: its number in decimal.
pub fn kpasswd_name(result: u16) -> String {
    KPASSWD.name_or_number(result.into()).into_owned()
}

/// What a result of a password change means; empty where it is unknown.
pub fn kpasswd_meaning(result: u16) -> &'static str {
    KPASSWD.row(result.into()).map_or("", |row| row.meaning)
}

/// The name of an NT status: `STATUS_LOGON_FAILURE`.
pub fn ntstatus_name(status: u32) -> Option<&'static str> {
    NTSTATUS.row(status.into()).map(|row| row.name)
}

/// What an NT status means, and where to look; empty where it is unknown.
pub fn ntstatus_meaning(status: u32) -> &'static str {
    NTSTATUS.row(status.into()).map_or("", |row| row.meaning)
}

/// The name of a Windows error: `ERROR_LOGON_FAILURE`.
pub fn win32_name(code: u32) -> Option<&'static str> {
    WIN32.row(code.into()).map(|row| row.name)
}

/// The reason phrase of an HTTP status: `Unauthorized`.
pub fn http_reason(status: u16) -> Option<&'static str> {
    HTTP.row(status.into()).map(|row| row.name)
}

/// The name of negState of SPNEGO: `accept-incomplete`.
pub fn spnego_state_name(state: u8) -> Option<&'static str> {
    SPNEGO.row(state.into()).map(|row| row.name)
}
