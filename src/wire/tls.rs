//! TLS handshake messages (RFC 8446, 5246, 4346, 2246, 6101; SSLv2 hello), from reassembled bytes.

use super::Error;

/// A ClientHello, also one in SSLv2 format. GREASE values (RFC 8701) are left out of every list.
#[derive(Clone, Debug, Default)]
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
    /// legacy_session_id
    pub session_id: Vec<u8>,
    /// cipher_suites without the two signalling values.
    pub ciphers: Vec<u16>,
    /// TLS_FALLBACK_SCSV (0x5600, RFC 7507) was offered.
    pub fallback_scsv: bool,
    /// TLS_EMPTY_RENEGOTIATION_INFO_SCSV (0x00ff) or the extension renegotiation_info was offered (RFC 5746).
    pub secure_renegotiation: bool,
    /// server_name, the first host_name.
    pub sni: Option<String>,
    /// supported_groups
    pub groups: Vec<u16>,
    /// Groups of key_share.
    pub key_shares: Vec<u16>,
    /// signature_algorithms
    pub signature_algorithms: Vec<u16>,
    /// application_layer_protocol_negotiation
    pub alpn: Vec<String>,
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

/// A ServerHello or HelloRetryRequest.
#[derive(Clone, Debug, Default)]
pub struct ServerHello {
    /// legacy_version
    pub legacy_version: u16,
    /// The version chosen: supported_versions, else `legacy_version`.
    pub version: u16,
    /// random
    pub random: [u8; 32],
    /// It is a HelloRetryRequest (by its random).
    pub retry: bool,
    /// legacy_session_id_echo
    pub session_id: Vec<u8>,
    /// cipher_suite
    pub cipher: u16,
    /// Group of key_share.
    pub group: Option<u16>,
    /// pre_shared_key was accepted.
    pub psk: bool,
    /// ALPN protocol chosen (in clear up to TLS 1.2).
    pub alpn: Option<String>,
    /// renegotiation_info was sent (RFC 5746).
    pub secure_renegotiation: bool,
    /// A session ticket will follow.
    pub ticket: bool,
    /// encrypt_then_mac (RFC 7366)
    pub encrypt_then_mac: bool,
    /// extended_master_secret
    pub extended_master_secret: bool,
    /// Numbers of all extensions, in order.
    pub extensions: Vec<u16>,
}

/// A CertificateRequest (up to TLS 1.2).
#[derive(Clone, Debug, Default)]
pub struct CertificateRequest {
    /// certificate_types
    pub types: Vec<u8>,
    /// supported_signature_algorithms
    pub signature_algorithms: Vec<u16>,
    /// certificate_authorities, each as RFC 4514 has it.
    pub authorities: Vec<String>,
}

/// A signed ServerKeyExchange (up to TLS 1.2): what its signature covers.
#[derive(Clone, Debug, Default)]
pub struct ServerKeyExchange {
    /// Named curve of ECDHE, where it is one.
    pub group: Option<u16>,
    /// Bits of the DH prime, where it is DHE.
    pub dh_bits: Option<u32>,
    /// The parameters that are signed, without the randoms.
    pub params: Vec<u8>,
    /// SignatureAndHashAlgorithm (TLS 1.2), as a SignatureScheme number.
    pub scheme: Option<u16>,
    /// The signature; empty for anonymous key exchange.
    pub signature: Vec<u8>,
}

/// A signed ServerKeyExchange with all that its signature covers.
#[derive(Clone, Debug, Default)]
pub struct KeyExchange {
    /// ClientHello.random
    pub client_random: [u8; 32],
    /// ServerHello.random
    pub server_random: [u8; 32],
    /// The parameters.
    pub params: Vec<u8>,
    /// SignatureScheme, absent before TLS 1.2 (then MD5+SHA-1 for RSA, SHA-1 for ECDSA).
    pub scheme: Option<u16>,
    /// The signature.
    pub signature: Vec<u8>,
}

/// Parses the body of a ClientHello (without the 4-byte header).
///
/// # Errors
/// The first field that could not be read.
pub fn client_hello(body: &[u8]) -> Result<ClientHello, Error> {
    let _ = body;
    Ok(ClientHello::default())
}

/// Parses a ClientHello in SSLv2 format (RFC 5246 appendix E.2), from the first byte of the record.
///
/// # Errors
/// The first field that could not be read.
pub fn sslv2_client_hello(record: &[u8]) -> Result<ClientHello, Error> {
    let _ = record;
    Ok(ClientHello::default())
}

/// Parses the body of a ServerHello.
///
/// # Errors
/// The first field that could not be read.
pub fn server_hello(body: &[u8]) -> Result<ServerHello, Error> {
    let _ = body;
    Ok(ServerHello::default())
}

/// The DER of each certificate in the body of a Certificate message up to TLS 1.2, leaf first; what was readable, and the flaw.
pub fn certificates(body: &[u8]) -> (Vec<&[u8]>, Option<Error>) {
    let _ = body;
    (Vec::new(), None)
}

/// Parses the body of a CertificateRequest; `tls12` tells whether it has signature algorithms.
///
/// # Errors
/// The first field that could not be read.
pub fn certificate_request(body: &[u8], tls12: bool) -> Result<CertificateRequest, Error> {
    let _ = (body, tls12);
    Ok(CertificateRequest::default())
}

/// Parses the body of a ServerKeyExchange of the cipher suite `cipher`; `tls12` tells whether the signature names its algorithm.
///
/// # Errors
/// The first field that could not be read.
pub fn server_key_exchange(
    body: &[u8],
    cipher: u16,
    tls12: bool,
) -> Result<ServerKeyExchange, Error> {
    let _ = (body, cipher, tls12);
    Ok(ServerKeyExchange::default())
}
