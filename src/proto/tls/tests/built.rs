//! Records and messages put together by hand.

/// A record of TLS 1.2's version.
pub(super) fn record(kind: u8, content: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[kind, 3, 3, high, low], content].concat()
}

/// A handshake message.
pub(super) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let [_, a, b, c] = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind, a, b, c], body].concat()
}

/// A handshake record with the given messages.
pub(super) fn flight(messages: &[Vec<u8>]) -> Vec<u8> {
    record(22, &messages.concat())
}

fn vec16(content: &[u8]) -> Vec<u8> {
    [&u16::try_from(content.len()).unwrap().to_be_bytes(), content].concat()
}

fn vec24(content: &[u8]) -> Vec<u8> {
    message(0, content)[1..].to_vec()
}

fn extension(number: u16, content: &[u8]) -> Vec<u8> {
    [number.to_be_bytes().to_vec(), vec16(content)].concat()
}

/// A ClientHello for example.com that offers TLS 1.3 and 1.2, with more extensions.
pub(super) fn client_hello(more: &[(u16, &[u8])]) -> Vec<u8> {
    let mut extensions = vec![
        extension(0, b"\x00\x0e\x00\x00\x0bexample.com"),
        extension(43, &[4, 3, 4, 3, 3]),
        extension(10, &[0, 4, 0, 29, 0, 23]),
    ];
    extensions.extend(more.iter().map(|(number, content)| extension(*number, content)));
    let suites = [0x13, 1, 0x13, 2, 0xc0, 0x2f, 0, 0x2f];
    let head = [&[3, 3][..], &[1; 32], &[0], &vec16(&suites), &[1, 0]].concat();
    message(1, &[head, vec16(&extensions.concat())].concat())
}

/// A ServerHello; TLS 1.3 by extension.
pub(super) fn server_hello(version: u16, cipher: u16, random: &[u8; 32]) -> Vec<u8> {
    let extensions = if version == 0x0304 { extension(43, &[3, 4]) } else { Vec::new() };
    let legacy = version.min(0x0303).to_be_bytes();
    let head = [&legacy[..], random, &[0], &cipher.to_be_bytes(), &[0]].concat();
    message(2, &[head, vec16(&extensions)].concat())
}

/// The random of a HelloRetryRequest.
pub(super) const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// A Certificate message up to TLS 1.2; what is in it need not be a certificate.
pub(super) fn certificate(ders: &[&[u8]]) -> Vec<u8> {
    let list: Vec<u8> = ders.iter().flat_map(|der| vec24(der)).collect();
    message(11, &vec24(&list))
}

/// Messages of a TLS 1.2 server with ECDHE-RSA, AES-128-GCM, and a certificate.
pub(super) fn server_flight12() -> Vec<u8> {
    flight(&[
        server_hello(0x0303, 0xc02f, &[2; 32]),
        certificate(&[b"leaf", b"issuer"]),
        message(12, &[3, 0, 23, 1, 4, 8, 4, 0, 2, 9, 9]),
        message(14, &[]),
    ])
}

/// ChangeCipherSpec
pub(super) fn change_cipher_spec() -> Vec<u8> {
    record(20, &[1])
}

/// A handshake record nobody can read, as long as a Finished with AES-GCM.
pub(super) fn finished12() -> Vec<u8> {
    record(22, &[0xee; 40])
}

/// ClientKeyExchange, ChangeCipherSpec, Finished.
pub(super) fn client_flight12() -> Vec<u8> {
    [flight(&[message(16, &[7; 66])]), change_cipher_spec(), finished12()].concat()
}

/// ChangeCipherSpec, Finished.
pub(super) fn end_of_flight12() -> Vec<u8> {
    [change_cipher_spec(), finished12()].concat()
}

/// A record with ciphertext of this length.
pub(super) fn data(length: usize) -> Vec<u8> {
    record(23, &vec![0xdd; length])
}

/// An alert in clear.
pub(super) fn alert(level: u8, code: u8) -> Vec<u8> {
    record(21, &[level, code])
}

/// ServerHello of TLS 1.3, ChangeCipherSpec, and the rest of the flight one message a record, SHA-256.
pub(super) fn server_flight13() -> Vec<u8> {
    let hello = flight(&[server_hello(0x0304, 0x1301, &[2; 32])]);
    [hello, change_cipher_spec(), data(27), data(900), data(281), data(53)].concat()
}

/// ChangeCipherSpec, Finished of TLS 1.3 with SHA-256.
pub(super) fn client_finished13() -> Vec<u8> {
    [change_cipher_spec(), data(53)].concat()
}
