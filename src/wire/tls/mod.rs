//! TLS handshake messages (RFC 8446, 5246, 4346, 2246, 6101; SSLv2 hello), from reassembled bytes.
//!
//! Hellos go through `tls-parser` first. Where it says no, or says nothing (SSLv2 format, TLS 1.3, odd lists, flaws
//! with a place), a [`Cursor`](super::cursor::Cursor) reads the same bytes leniently.

mod certificate;
mod client_hello;
mod extension;
mod key_exchange;
mod record;
mod server_hello;
mod sslv2;

pub use certificate::{CertificateRequest, certificate_request, certificates};
pub use client_hello::{ClientHello, client_hello};
pub use key_exchange::{KeyExchange, ServerKeyExchange, server_key_exchange};
pub use record::{
    ContentType, HandshakeType, LENGTH_MAX, RecordHeader, is_client_hello_start, record_header,
};
pub use server_hello::{ServerHello, server_hello};
pub use sslv2::{is_sslv2_hello_start, sslv2_client_hello};

#[cfg(test)]
mod tests;
