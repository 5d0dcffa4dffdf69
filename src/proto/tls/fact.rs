//! The facts of TLS: one handshake a connection, its certificates, its alerts.

use super::suites::is_key_transport;
use crate::units::{At, Close, Side};
use crate::wire::tls::{CertificateRequest, ClientHello, KeyExchange};
use crate::wire::x509::Chain;
use smallvec::SmallVec;
use std::sync::Arc;

/// What a TLS connection showed.
#[derive(Clone, Debug)]
pub enum Fact {
    /// `tls.handshake`: once a connection. Where both sides sent application data behind a completed handshake it
    /// comes at once and its `ended_by` is absent; otherwise it waits for the end of the connection, so that one fact
    /// says how the handshake came out and what followed. Stands at the first ClientHello, else the first TLS packet.
    Handshake(Box<Handshake>),
    /// `tls.certificate`: a Certificate message in clear. Stands at the packet that completes the message.
    Certificate(CertificateSeen),
    /// `tls.alert`. Stands at the packet that completes the alert. Encrypted ones of a connection whose hellos were not
    /// seen are listed in its `Handshake` only.
    Alert(Alert),
    /// `tls.alert_hint`: a TLS 1.3 record that by size and place is probably an alert.
    AlertHint(AlertHint),
    /// A connection ended whose `Handshake` had come before, with data of both sides (healthy: folded). Stands at the end.
    Ended(Traffic),
}

/// What followed a completed handshake in which both sides sent data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Application-data records of each side, those of [`Handshake::data_records`] included; saturating.
    pub data_records: [u32; 2],
    /// The last handshake record behind data (up to TLS 1.2) and who sent it: renegotiation.
    pub renegotiation: Option<(Side, At)>,
    /// The first end: who, how, where.
    pub ended_by: Option<Ended>,
}

/// A Certificate message.
#[derive(Clone, Debug)]
pub struct CertificateSeen {
    /// Who showed it.
    pub side: Side,
    /// The certificates; none when a client had none to show.
    pub chain: Arc<Chain>,
    /// The server name that the client asked for.
    pub sni: Option<Arc<str>>,
    /// Key exchange of the suite is RSA key transport: keyEncipherment is needed, not digitalSignature.
    pub key_transport: bool,
}

/// An alert record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Who sent it.
    pub sender: Side,
    /// Where.
    pub at: At,
    /// Level and description, when readable.
    pub clear: Option<(u8, u8)>,
    /// Length field of the record (tells alerts of a suite from other things).
    pub record_length: u16,
}

/// A TLS 1.3 record with outer type 23 whose size and place are those of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertHint {
    /// Who sent it.
    pub sender: Side,
    /// Where.
    pub at: At,
    /// Length field of the record.
    pub record_length: u16,
}

/// How a handshake came out (contract section 2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Both Finished seen; TLS 1.3: the client sent a record after its ServerHello that is no alert.
    Completed,
    /// Fatal alert, FIN or RST before that.
    Failed,
    /// Neither side sent again while the capture went on for 30 s.
    Abandoned,
    /// The capture does not show it.
    #[default]
    Unknown,
}

/// The packets of a handshake's steps: the one that completes each message, its first occurrence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// First TLS packet of the connection.
    pub first: Option<At>,
    /// First ClientHello.
    pub client_hello: Option<At>,
    /// ClientHello after a HelloRetryRequest.
    pub second_client_hello: Option<At>,
    /// First HelloRetryRequest.
    pub hello_retry: Option<At>,
    /// First ServerHello; a HelloRetryRequest counts.
    pub server_hello: Option<At>,
    /// The server's Certificate.
    pub certificate: Option<At>,
    /// ServerKeyExchange
    pub server_key_exchange: Option<At>,
    /// CertificateRequest
    pub certificate_request: Option<At>,
    /// ServerHelloDone (up to 1.2).
    pub server_hello_done: Option<At>,
    /// First encrypted record of the server (1.3: EncryptedExtensions and what follows).
    pub server_encrypted: Option<At>,
    /// The client's Certificate, also an empty one.
    pub client_certificate: Option<At>,
    /// ClientKeyExchange
    pub client_key_exchange: Option<At>,
    /// CertificateVerify of the client.
    pub certificate_verify: Option<At>,
    /// ChangeCipherSpec of each side (client, server).
    pub change_cipher_spec: [Option<At>; 2],
    /// Finished of each side: up to 1.2 the first encrypted handshake record behind the ChangeCipherSpec; 1.3 by place.
    pub finished: [Option<At>; 2],
    /// First application data of each side; 1.3: behind its Finished.
    pub data: [Option<At>; 2],
    /// HelloRequest, or a handshake record of the server after data: renegotiation asked for.
    pub renegotiation: Option<(Side, At)>,
}

/// One TLS connection, from its first hello to the outcome.
#[derive(Clone, Debug, Default)]
pub struct Handshake {
    /// How it came out.
    pub outcome: Outcome,
    /// The (first) ClientHello.
    pub hello: Option<Box<ClientHello>>,
    /// The length, header included, of a ClientHello of which only the beginning came.
    pub unfinished_hello: Option<u32>,
    /// The server's answer.
    pub answer: Option<Answer>,
    /// What the server asked of the client.
    pub request: Option<Box<CertificateRequest>>,
    /// HelloRetryRequests seen.
    pub retries: u8,
    /// The group that the last HelloRetryRequest asked for.
    pub retry_group: Option<u16>,
    /// An abbreviated handshake: session id or ticket (<= 1.2), PSK (1.3).
    pub resumed: bool,
    /// The server's certificates, when seen in clear.
    pub server_chain: Option<Arc<Chain>>,
    /// The client's certificates, when seen in clear; an empty chain says that it had none.
    pub client_chain: Option<Arc<Chain>>,
    /// The signed key exchange with the randoms, kept only when the handshake did not complete.
    pub key_exchange: Option<Box<KeyExchange>>,
    /// Filled in on the way out of a failed handshake: does that signature verify with the leaf's key?
    pub key_exchange_verified: Option<bool>,
    /// All alerts, in order, at most eight.
    pub alerts: SmallVec<[Alert; 1]>,
    /// TLS 1.3 hints, in order, at most four.
    pub hints: Vec<AlertHint>,
    /// Its packets.
    pub steps: Steps,
    /// Lengths of the first encrypted records of each side (1.3: behind the hellos; at most 8 each).
    pub encrypted_lengths: [SmallVec<[u16; 8]>; 2],
    /// Application-data records of each side (1.3: behind the Finished), saturating.
    pub data_records: [u32; 2],
    /// The ClientHello came from the side that was called (FTP data connections in active mode). Every [`Side`] in this
    /// fact names an end of the TCP connection; the arrays have the places TLS client, TLS server.
    pub reversed: bool,
    /// What the other protocol's bytes were that came instead of TLS: side, place.
    pub not_tls: Option<NotTls>,
    /// The first end: who, how, where.
    pub ended_by: Option<Ended>,
    /// The other side's end when it is a reset or FIN too.
    pub ended_other: Option<Ended>,
    /// The last packet of the connection with payload before its end: who and where.
    pub last_record: Option<(Side, At)>,
    /// Bytes of this connection are missing in the capture, or it began in mid-stream: no absence may be read from it.
    pub incomplete: bool,
    /// Both directions were seen.
    pub two_sided: bool,
}

/// What the ServerHello settled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The version chosen.
    pub version: u16,
    /// The cipher suite chosen.
    pub cipher: u16,
    /// The group: key_share (1.3) or ServerKeyExchange (1.2).
    pub group: Option<u16>,
    /// Signature scheme of the ServerKeyExchange (1.2).
    pub scheme: Option<u16>,
    /// The ALPN protocol chosen, when in clear.
    pub alpn: Option<Box<str>>,
    /// RFC 5746 was answered.
    pub secure_renegotiation: bool,
    /// encrypt_then_mac was agreed.
    pub encrypt_then_mac: bool,
    /// The last eight random bytes are the downgrade sentinel for this version (0x0303 or 0x0302).
    pub sentinel: Option<u16>,
    /// A pre-shared key was accepted.
    pub psk: bool,
    /// status_request was answered: a staple follows.
    pub status: bool,
}

impl Answer {
    /// The suite's key exchange is RSA key transport.
    pub fn is_key_transport(&self) -> bool {
        is_key_transport(self.cipher)
    }
}

/// The end of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Whose end.
    pub side: Side,
    /// How; a close by alert says so.
    pub how: EndedHow,
    /// Where.
    pub at: At,
}

/// How a TLS connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndedHow {
    /// An alert (clear or encrypted) came before the transport's end.
    Alert,
    /// The transport's own end.
    Transport(Close),
}

/// Bytes on a TLS connection that are no TLS record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotTls {
    /// Who sent them.
    pub side: Side,
    /// Where.
    pub at: At,
    /// What they look like.
    pub looks: crate::proto::looks::Looks,
}
