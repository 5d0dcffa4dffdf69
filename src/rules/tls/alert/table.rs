//! The alerts of TLS: number, id, one line, what to do where nothing more is known.

use crate::finding::Confidence::Certain;
use crate::rules::Id;

/// One alert.
pub(super) struct Row {
    /// Its number.
    pub(super) code: u8,
    /// Its id.
    pub(super) id: Id,
    /// What to do where nothing more is known.
    pub(super) remedy: &'static str,
}

const fn row(code: u8, id: &'static str, summary: &'static str, remedy: &'static str) -> Row {
    Row { code, id: Id::error(id, Certain, summary), remedy }
}

/// All alerts, by number.
pub(super) const ROWS: [Row; COUNT] = [
    row(
        10,
        "tls-alert-unexpected-message",
        "A message came out of turn, or the peer speaks no TLS",
        "Check that both ends speak TLS on this port, and look for a device in between that changes the stream.",
    ),
    row(
        20,
        "tls-alert-bad-record-mac",
        "A record could not be verified: wrong keys or a damaged stream",
        "Check that all nodes behind this address share keys and certificates; look for devices in between that change the stream.",
    ),
    row(
        21,
        "tls-alert-decryption-failed",
        "A record could not be decrypted (old name of bad_record_mac)",
        "As for bad_record_mac: check keys of all nodes, and devices in between.",
    ),
    row(
        22,
        "tls-alert-record-overflow",
        "A record was too long, often plain text taken for TLS",
        "Check that both ends speak TLS on this port.",
    ),
    row(
        30,
        "tls-alert-decompression-failure",
        "A record could not be decompressed",
        "Switch TLS compression off on both sides.",
    ),
    row(
        40,
        "tls-alert-handshake-failure",
        "The parties found no common parameters, or a client certificate is missing",
        "Compare versions, cipher suites, groups and signature algorithms of both sides; check whether a client certificate is required.",
    ),
    row(
        41,
        "tls-alert-no-certificate",
        "The SSL 3.0 client has no certificate to show",
        "Give the client a certificate, or make it optional; and leave SSL 3.0.",
    ),
    row(
        42,
        "tls-alert-bad-certificate",
        "The certificate was refused as faulty",
        "Check name, dates, chain and signatures of the certificate that was shown.",
    ),
    row(
        43,
        "tls-alert-unsupported-certificate",
        "The certificate is of a kind or for a use that the peer does not accept",
        "Use a certificate with the right extended key usage and a key type that the peer supports.",
    ),
    row(
        44,
        "tls-alert-certificate-revoked",
        "The certificate has been revoked",
        "Replace the revoked certificate; check revocation lists and OCSP.",
    ),
    row(
        45,
        "tls-alert-certificate-expired",
        "The certificate has expired",
        "Renew the certificate, its intermediates included; check the clocks.",
    ),
    row(
        46,
        "tls-alert-certificate-unknown",
        "The certificate was refused for a reason that the alert does not say",
        "Read the log of the side that sent the alert; check trust store, name, dates and pinning there.",
    ),
    row(
        47,
        "tls-alert-illegal-parameter",
        "A field of the handshake does not fit the others",
        "Update both sides; look for a device in between that changes the handshake.",
    ),
    row(
        48,
        "tls-alert-unknown-ca",
        "The issuer of the certificate is not trusted",
        "Install the issuing root CA where the alert came from, send the whole chain, or use a publicly trusted certificate.",
    ),
    row(
        49,
        "tls-alert-access-denied",
        "The certificate is in order, but access is not allowed",
        "Check the authorisation rules (mapping, groups) of the side that sent the alert.",
    ),
    row(
        50,
        "tls-alert-decode-error",
        "A message was malformed or cut off",
        "Update both sides; look for a device in between that cuts messages.",
    ),
    row(
        51,
        "tls-alert-decrypt-error",
        "A signature, a Finished or a PSK binder did not verify",
        "Check that certificate and private key belong together, on all nodes; look for devices in between that change the handshake.",
    ),
    row(
        52,
        "tls-alert-too-many-cids-requested",
        "More connection ids were asked for than allowed",
        "Update both sides (DTLS connection ids).",
    ),
    row(
        60,
        "tls-alert-export-restriction",
        "The key is longer than export rules allowed",
        "Update both sides; export suites are obsolete.",
    ),
    row(
        70,
        "tls-alert-protocol-version",
        "The parties have no TLS version in common",
        "Enable a common version, TLS 1.2 at least, on both sides.",
    ),
    row(
        71,
        "tls-alert-insufficient-security",
        "What was offered is too weak for the peer",
        "Enable stronger cipher suites and longer keys; raise the version.",
    ),
    row(
        80,
        "tls-alert-internal-error",
        "The sender failed for a reason of its own",
        "Read the log of the side that sent the alert at this time.",
    ),
    row(
        86,
        "tls-alert-inappropriate-fallback",
        "The client came back with a lower version though the server can do better",
        "Find out why the first attempt with the higher version failed; that is the fault.",
    ),
    row(
        90,
        "tls-alert-user-canceled",
        "Somebody cancelled the handshake",
        "Ask the user: a certificate or PIN dialog was dismissed, or never seen.",
    ),
    Row {
        code: 100,
        id: Id::warning(
            "tls-alert-no-renegotiation",
            Certain,
            "Renegotiation was asked for and refused",
        ),
        remedy: "Avoid renegotiation: ask for the client certificate in the first handshake.",
    },
    row(
        109,
        "tls-alert-missing-extension",
        "An extension that must be there is missing",
        "Update the client, or let it send the extension (server name, groups).",
    ),
    row(
        110,
        "tls-alert-unsupported-extension",
        "The answer has an extension that was not offered",
        "Update the server, or the device in between that answers for it.",
    ),
    row(
        111,
        "tls-alert-certificate-unobtainable",
        "The server could not fetch the client's certificate",
        "Check the URL that the client gave, or send the certificate itself.",
    ),
    row(
        112,
        "tls-alert-unrecognized-name",
        "The server has no site of the name asked for",
        "Bind the name on the server, or let DNS lead it to the right one.",
    ),
    row(
        113,
        "tls-alert-bad-certificate-status-response",
        "The stapled OCSP answer is invalid or stale",
        "Repair OCSP stapling on the server: clock, reachability of the responder.",
    ),
    row(
        114,
        "tls-alert-bad-certificate-hash-value",
        "The fetched certificate does not fit its hash",
        "Correct the certificate or its hash at the client.",
    ),
    row(
        115,
        "tls-alert-unknown-psk-identity",
        "The server does not know the pre-shared key",
        "Give both sides the same pre-shared key and identity; share ticket keys between nodes.",
    ),
    row(
        116,
        "tls-alert-certificate-required",
        "A client certificate is required and none was shown",
        "Install a client certificate of an issuer that the server accepts.",
    ),
    row(
        117,
        "tls-alert-general-error",
        "An error without further explanation",
        "Read the log of the side that sent the alert.",
    ),
    row(
        120,
        "tls-alert-no-application-protocol",
        "The parties have no application protocol in common",
        "Add a common protocol (ALPN) on one of the sides.",
    ),
    row(
        121,
        "tls-alert-ech-required",
        "The server rejected Encrypted Client Hello",
        "Refresh the client's ECH configuration (HTTPS record in DNS).",
    ),
];

/// How many there are.
pub(super) const COUNT: usize = 36;
