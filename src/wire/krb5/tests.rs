//! Messages written by hand, whole, cut and spoilt.

use super::samples::*;
use super::*;

fn request(bytes: &[u8]) -> KdcRequest<'_> {
    match parse(bytes).expect("is a message") {
        Message::AsRequest(request) | Message::TgsRequest(request) => request,
        other => panic!("no request: {other:?}"),
    }
}

fn reply(bytes: &[u8]) -> KdcReply<'_> {
    match parse(bytes).expect("is a message") {
        Message::AsReply(reply) | Message::TgsReply(reply) => reply,
        other => panic!("no reply: {other:?}"),
    }
}

fn refusal(bytes: &[u8]) -> KrbError<'_> {
    match parse(bytes).expect("is a message") {
        Message::Error(error) => error,
        other => panic!("no error: {other:?}"),
    }
}

fn written(name: Option<Principal<'_>>) -> String {
    name.map(|name| name.text(256)).unwrap_or_default()
}

#[test]
fn a_client_asks_for_a_ticket_granting_ticket() {
    let bytes = as_req("alice", 77, &[pa(2, b"secret"), pa(128, &[])]);
    assert!(matches!(parse(&bytes), Ok(Message::AsRequest(_))));
    let request = request(&bytes);
    assert_eq!(written(request.cname), "alice");
    assert_eq!(request.cname.map(|name| name.kind), Some(1));
    assert_eq!(written(request.sname), "krbtgt/EXAMPLE.COM");
    assert_eq!(request.realm, Some(&b"EXAMPLE.COM"[..]));
    assert_eq!((request.options, request.nonce), (0x4081_0010, Some(77)));
    assert_eq!(request.etypes.collect::<Vec<_>>(), [18, 17, 23, -135]);
    assert_eq!(request.padata.map(|datum| datum.kind).collect::<Vec<_>>(), [2, 128]);
    assert!(!request.additional_ticket);
}

#[test]
fn a_service_asks_on_behalf_of_a_user() {
    let user = sequence(&[field(0, name(10, "bob@example.com")), field(1, text("EXAMPLE.COM"))]);
    let bytes = tgs_req("HTTP/web.example.com", 1, &[pa(1, b"ticket"), pa(129, &user)]);
    assert_eq!(written(request(&bytes).padata.for_user()), "bob@example.com");
    let id =
        sequence(&[field(0, int(9)), field(1, name(1, "carol")), field(2, text("EXAMPLE.COM"))]);
    let user = sequence(&[field(0, id), field(1, octets(b"checksum"))]);
    let bytes = tgs_req("HTTP/web.example.com", 1, &[pa(130, &user)]);
    assert_eq!(written(request(&bytes).padata.for_user()), "carol");
    assert!(request(&as_req("alice", 1, &[])).padata.for_user().is_none());
}

#[test]
fn a_ticket_is_told_from_the_part_for_the_client() {
    let bytes = kdc_rep(13, "alice", "HTTP/web.example.com");
    let reply = reply(&bytes);
    assert_eq!(written(reply.cname), "alice");
    assert_eq!(written(reply.ticket.sname), "HTTP/web.example.com");
    assert_eq!((reply.ticket.enc_part.etype, reply.ticket.enc_part.kvno), (Some(18), Some(3)));
    assert_eq!(reply.enc_part.etype, Some(17));
    assert_eq!(reply.crealm, Some(&b"EXAMPLE.COM"[..]));
}

#[test]
fn a_service_is_shown_a_ticket_and_proves_itself() {
    let bytes = ap_req("cifs/files.example.com");
    let Ok(Message::ApRequest(request)) = parse(&bytes) else { panic!("no AP-REQ") };
    assert_eq!(written(request.ticket.sname), "cifs/files.example.com");
    assert_eq!((request.options, request.ticket.enc_part.etype), (0x2000_0000, Some(18)));
    let bytes = ap_rep();
    let Ok(Message::ApReply(reply)) = parse(&bytes) else { panic!("no AP-REP") };
    assert_eq!(reply.enc_part.etype, Some(18));
}

#[test]
fn an_error_names_the_time_and_what_the_account_can_do() {
    let methods =
        sequence(&[pa(19, &etype_info2(18, "EXAMPLE.COMalice")), pa(2, &[]), pa(16, &[])]);
    let more = [field(11, text("NEEDED_PREAUTH")), field(12, octets(&methods))];
    let bytes = error(25, "20240102030405Z", "krbtgt/EXAMPLE.COM", &more);
    let error = refusal(&bytes);
    assert_eq!((error.code, error.stime), (Some(25), Some((1_704_164_645, 250_000))));
    assert_eq!((error.ctime, error.e_text), (None, Some(&b"NEEDED_PREAUTH"[..])));
    let data = error.data();
    assert_eq!(data.nt_status, None);
    assert_eq!(data.methods.map(|datum| datum.kind).collect::<Vec<_>>(), [19, 2, 16]);
    let hints: Vec<_> = data.methods.etype_infos().map(|info| (info.etype, info.salt)).collect();
    assert_eq!(hints, [(18, Some(&b"EXAMPLE.COMalice"[..]))]);
}

#[test]
fn a_status_is_read_from_both_encodings_of_e_data() {
    let bare = sequence(&[field(1, int(3)), field(2, octets(&ext_error(0xC000_0072)))]);
    let listed = sequence(&[pa(19, &etype_info2(23, "")), pa(3, &ext_error(0xC000_0072))]);
    let salted = sequence(&[pa(3, b"EXAMPLE.COMa")]);
    let recovery = sequence(&[field(1, int(2))]);
    for (e_data, status) in
        [(bare, Some(0xC000_0072)), (listed, Some(0xC000_0072)), (salted, None), (recovery, None)]
    {
        let more = [field(12, octets(&e_data))];
        let bytes = error(18, "20240102030405Z", "krbtgt/EXAMPLE.COM", &more);
        assert_eq!(refusal(&bytes).data().nt_status, status, "{e_data:02x?}");
    }
}

#[test]
fn typed_data_is_read_like_method_data() {
    let typed = sequence(&[sequence(&[field(0, int(104)), field(1, octets(b"certificates"))])]);
    let bytes = error(70, "20240102030405Z", "krbtgt/EXAMPLE.COM", &[field(12, octets(&typed))]);
    let kinds: Vec<_> = refusal(&bytes).data().methods.map(|datum| datum.kind).collect();
    assert_eq!(kinds, [104]);
}

#[test]
fn every_cut_gives_what_was_readable_and_no_more() {
    let bytes = as_req("alice", 77, &[pa(2, &[7; 200])]);
    let mut seen = Vec::new();
    for end in 0..=bytes.len() {
        let Ok(Message::AsRequest(request)) = parse(&bytes[..end]) else { continue };
        let (cname, realm) = (written(request.cname), request.realm.unwrap_or_default());
        assert!(["", "alice"].contains(&cname.as_str()), "{cname}");
        assert!([&b""[..], b"EXAMPLE.COM"].contains(&realm));
        seen.push((!cname.is_empty(), request.nonce.is_some()));
    }
    seen.dedup();
    assert_eq!(seen, [(false, false), (true, false), (true, true)]);
}

#[test]
fn lengths_may_be_longer_than_needed_and_bytes_may_follow() {
    let bytes = error(7, "20240102030405Z", "HTTP/web", &[]);
    let body = &bytes[bytes.len() - der_length(&bytes)..];
    let mut loose = vec![0x7E, 0x84, 0, 0, 0, body.len() as u8];
    loose.extend(body);
    loose.extend(b"behind");
    assert_eq!(refusal(&loose).code, Some(7));
    assert_eq!(start(&loose), Ok(Some(Start::Answer)));
}

/// Length of the contents of an element.
fn der_length(bytes: &[u8]) -> usize {
    match bytes[1] {
        0x82 => usize::from(bytes[2]) << 8 | usize::from(bytes[3]),
        length => usize::from(length),
    }
}

#[test]
fn beginnings_are_told_from_other_bytes() {
    let starts = [
        (as_req("alice", 1, &[]), Start::Request),
        (tgs_req("HTTP/web", 1, &[]), Start::Request),
        (ap_req("HTTP/web"), Start::Request),
        (kdc_rep(11, "alice", "krbtgt/EXAMPLE.COM"), Start::Answer),
        (kdc_rep(13, "alice", "HTTP/web"), Start::Answer),
        (ap_rep(), Start::Answer),
        (error(25, "20240102030405Z", "krbtgt/EXAMPLE.COM", &[]), Start::Answer),
    ];
    for (bytes, expected) in starts {
        assert_eq!(start(&bytes), Ok(Some(expected)));
        assert!(start(&bytes[..6]).is_err(), "six bytes do not tell");
    }
    for other in
        [&b"GET / HTTP/1.1\r\n"[..], b"\x16\x03\x01\x02\x00", b"\x60\x28\x06\x06", b"j0\x80"]
    {
        assert_eq!(start(other), Ok(None), "{other:?}");
    }
}

#[test]
fn a_name_of_many_parts_is_cut() {
    let long = vec!["x"; 1000].join("/");
    let bytes = as_req(&long, 1, &[]);
    assert_eq!(written(request(&bytes).cname).len(), 256);
    let odd = error(6, "20240102030405Z", "krbtgt/EXAMPLE.COM", &[field(8, name(1, "J\u{fffd}"))]);
    assert_eq!(written(refusal(&odd).cname), "J\u{fffd}");
}

#[test]
fn messages_of_a_password_change_have_a_message_inside() {
    let request = ap_req("kadmin/changepw");
    let bytes = kpasswd_message(0xFF80, &request, request.len());
    assert!(matches!(kpasswd(&bytes).map(parse), Ok(Ok(Message::ApRequest(_)))));
    assert_eq!(kpasswd_start(&bytes), Ok(Some(Start::Request)));
    let reply = ap_rep();
    let bytes = kpasswd_message(1, &reply, reply.len());
    assert!(matches!(kpasswd(&bytes).map(parse), Ok(Ok(Message::ApReply(_)))));
    let more = [field(12, octets(b"\0\x04too short"))];
    let refused = error(60, "20240102030405Z", "kadmin/changepw", &more);
    for bytes in [kpasswd_message(1, &refused, 0), refused] {
        let result = refusal(kpasswd(&bytes).expect("reads")).e_data.and_then(kpasswd_result);
        assert_eq!(result, Some((4, &b"too short"[..])));
        assert_eq!(kpasswd_start(&bytes), Ok(Some(Start::Answer)));
    }
    assert_eq!(kpasswd_result(&sequence(&[])), None);
    assert_eq!(kpasswd_start(b"\0\x10\0\x02\0\0"), Ok(None));
    assert!(kpasswd_start(b"\0\x10\0").is_err());
}

/// Nested lengths that promise more than there is cost nothing, and lists do not run away.
#[test]
fn bombs_are_harmless() {
    let mut nested = Vec::new();
    for _ in 0..5000 {
        nested = der(0x30, &nested);
        nested.truncate(60_000);
    }
    for tag in [0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x7E] {
        let bytes = [&[tag, 0x84, 0xFF, 0xFF, 0xFF, 0xFF][..], &nested].concat();
        if let Ok(Message::Error(error)) = parse(&bytes) {
            assert_eq!(error.data().methods.count(), 0);
        }
    }
    let many = sequence(&vec![sequence(&[]); 20_000]);
    let bytes = error(25, "20240102030405Z", "krbtgt/X", &[field(12, octets(&many))]);
    assert_eq!(refusal(&bytes).data().methods.etype_infos().count(), 0);
}

const SAMPLES: [&str; 6] = [
    include_str!("samples/as_req.hex"),
    include_str!("samples/tgs_req.hex"),
    include_str!("samples/tgs_rep.hex"),
    include_str!("samples/krb_error_preauth.hex"),
    include_str!("samples/krb_error_status.hex"),
    include_str!("samples/kpasswd_request.hex"),
];

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

/// Reads all that a message has.
fn read(bytes: &[u8]) {
    let inside = kpasswd(bytes).unwrap_or(bytes);
    for bytes in [bytes, inside] {
        match parse(bytes) {
            Ok(Message::AsRequest(request) | Message::TgsRequest(request)) => {
                written(request.cname);
                written(request.padata.for_user());
                assert!(request.padata.count() + request.etypes.count() <= bytes.len());
            }
            Ok(Message::Error(error)) => {
                let data = error.data();
                let count = data.methods.count() + data.methods.etype_infos().count();
                assert!(count <= bytes.len());
            }
            _ => {}
        }
    }
}

#[test]
fn spoilt_messages_do_no_harm() {
    let mut random = 0x9E37_79B9_u32;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        random as usize
    };
    for sample in SAMPLES.map(bytes) {
        assert!(parse(kpasswd(&sample).unwrap_or(&sample)).is_ok());
        for _ in 0..5000 {
            let mut spoilt = sample.clone();
            for _ in 0..1 + next() % 4 {
                let place = next() % spoilt.len();
                spoilt[place] = next() as u8;
            }
            spoilt.truncate(1 + next() % spoilt.len());
            read(&spoilt);
        }
    }
}
