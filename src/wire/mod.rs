//! Formats: pure functions from bytes to structs. No state, no I/O, no library type in a signature.
// Tests may index what they have built.
#![cfg_attr(not(test), warn(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic))]

pub mod cursor;
mod date;
mod der;
pub mod dns;
mod filetime;
pub mod http;
pub mod http2;
pub mod krb5;
pub mod nbss;
pub mod ntlm;
pub mod ntp;
pub mod smb1;
pub mod smb2;
pub mod spnego;
mod text;
pub mod tls;
pub mod x509;

pub use text::{first_chars, lossy};

/// What could not be read, and where: the field's name and its offset in the bytes that were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// The field, in the words of its RFC.
    pub field: &'static str,
    /// Offset of the field, bytes.
    pub at: usize,
    /// What is wrong with it.
    pub kind: ErrorKind,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The bytes end too early; this many are missing.
    Short {
        /// Missing bytes.
        need: usize,
    },
    /// A value that the format does not allow.
    Invalid,
    /// Bytes are left over behind the last field.
    Trailing,
}
