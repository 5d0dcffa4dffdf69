//! TLS handshake messages (RFC 8446, 5246, 4346, 2246, 6101; SSLv2 hello), from reassembled bytes.
//!
//! Read leniently: what failed is what matters here, and that is seldom flawless. Hellos that the stricter `tls-parser` takes
//! read as it reads them.

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
