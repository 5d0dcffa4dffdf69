use super::*;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

/// The messages of MS-NLMP section 4.2.4 (NTLMv2).
const CHALLENGE: &str = include_str!("samples/challenge.hex");
const AUTHENTICATE: &str = include_str!("samples/authenticate.hex");

fn authenticate(bytes: &[u8]) -> Authenticate {
    match message(bytes) {
        Ok(Message::Authenticate(authenticate)) => *authenticate,
        other => panic!("{other:?}"),
    }
}

/// Message 3 in a code page, without flags, as NTLMv1 of old clients has it.
fn old(user: &[u8], lm: &[u8], nt: &[u8]) -> Vec<u8> {
    let mut fields = Vec::new();
    let mut payload = Vec::new();
    for part in [lm, nt, b"DOM", user, b"BOX"] {
        let (len, offset) = (part.len() as u16, 52 + payload.len() as u32);
        fields.extend(len.to_le_bytes());
        fields.extend(len.to_le_bytes());
        fields.extend(offset.to_le_bytes());
        payload.extend(part);
    }
    [SIGNATURE, &[3, 0, 0, 0], &fields, &payload].concat()
}

#[test]
fn a_server_names_itself_and_its_domain() {
    let Ok(Message::Challenge(challenge)) = message(&bytes(CHALLENGE)) else { panic!() };
    assert_eq!(&*challenge.target, "Server");
    assert_eq!(challenge.version, Some(Version(6, 0, 6000)));
    assert_eq!(challenge.info.names(), [Box::from("Server"), "Domain".into()]);
    assert_eq!((challenge.info.stamp, challenge.flaw), (None, None));
}

#[test]
fn a_client_answers_with_ntlmv2() {
    let message = authenticate(&bytes(AUTHENTICATE));
    assert_eq!(
        (&*message.domain, &*message.user, &*message.workstation),
        ("Domain", "User", "COMPUTER")
    );
    assert_eq!(message.response, Response::V2);
    assert_eq!((message.flags, message.flaw), (Some(0xe288_8235), None));
    let client = message.client.expect("is NTLMv2");
    assert_eq!(client.info.computer.as_deref(), Some("Server"));
    assert!(!client.info.has_mic() && !client.info.channel_bound);
}

#[test]
fn versions_of_the_response_are_told_by_its_lengths() {
    let version = |user: &[u8], lm: &[u8], nt: &[u8]| authenticate(&old(user, lm, nt)).response;
    let session = [&[7; 8][..], &[0; 16]].concat();
    assert_eq!(version(b"joe", &[1; 24], &[2; 24]), Response::V1);
    assert_eq!(version(b"joe", &session, &[2; 24]), Response::V1Session);
    assert_eq!(version(b"joe", &[1; 24], &[2; 60]), Response::V2);
    assert_eq!(version(b"joe", &[1; 24], b""), Response::V1, "LM alone");
    assert_eq!(version(b"", &[0], b""), Response::Anonymous);
}

#[test]
fn an_old_client_sends_no_flags() {
    let message = authenticate(&old(b"joe", &[1; 24], &[2; 24]));
    assert_eq!((&*message.domain, &*message.user, &*message.workstation), ("DOM", "joe", "BOX"));
    assert_eq!((message.flags, message.version), (None, None));
}

#[test]
fn names_outside_of_the_message_are_empty_and_told() {
    let mut hostile = bytes(AUTHENTICATE);
    hostile[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
    let message = authenticate(&hostile);
    assert_eq!((&*message.user, &*message.domain), ("", "Domain"));
    assert_eq!(message.flaw.map(|flaw| (flaw.field, flaw.at)), Some(("UserNameFields", 36)));
}

#[test]
fn every_prefix_of_a_message_is_read_as_far_as_it_goes() {
    for whole in [bytes(CHALLENGE), bytes(AUTHENTICATE), old(b"joe", &[1; 24], &[2; 24])] {
        for len in 0..whole.len() {
            let _ = message(&whole[..len]);
        }
    }
}

#[test]
fn what_a_client_adds_to_the_pairs() {
    let pairs = bytes(
        "0600 0400 02000000 0900 0800 6800740074007000 0a00 1000 \
        01000000000000000000000000000000 0700 0800 0080 3ed5 deb1 9d01 0000 0000 ffff ffff",
    );
    let (pairs, flaw) = av_pairs(&pairs);
    assert!(pairs.has_mic() && pairs.channel_bound && flaw.is_none());
    assert_eq!(pairs.target.as_deref(), Some("http"));
    assert_eq!(pairs.stamp, Some(0));
    let (pairs, flaw) = av_pairs(&bytes("0100 0200 4100 0200 ffff 00"));
    assert_eq!(pairs.computer.as_deref(), Some("A"), "what came before the flaw is kept");
    assert_eq!(flaw.map(|flaw| flaw.field), Some("Value"));
}
