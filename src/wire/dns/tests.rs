//! Messages put together by hand, whole and broken.

use super::*;
use crate::wire::ErrorKind;
use std::net::{IpAddr, Ipv4Addr};

/// A name without compression.
fn name(text: &str) -> Vec<u8> {
    let labels = text.split('.').filter(|label| !label.is_empty());
    let mut bytes: Vec<u8> =
        labels.flat_map(|label| [&[label.len() as u8], label.as_bytes()].concat()).collect();
    bytes.push(0);
    bytes
}

fn header(flags: u16, counts: [u16; 4]) -> Vec<u8> {
    let words = [0x8442, flags].into_iter().chain(counts);
    words.flat_map(u16::to_be_bytes).collect()
}

fn record(owner: &[u8], kind: u16, ttl: u32, data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u16).to_be_bytes();
    [owner, &kind.to_be_bytes(), &[0, 1], &ttl.to_be_bytes(), &length, data].concat()
}

fn question(text: &str) -> Vec<u8> {
    [name(text), vec![0, 1, 0, 1]].concat()
}

/// An alias and its address, both named by pointers into the question.
fn aliased() -> Vec<u8> {
    let alias = record(&[0xc0, 12], kind::CNAME, 60, &[4, b'h', b'o', b's', b't', 0xc0, 16]);
    let address = record(&[0xc0, 45], kind::A, 60, &[192, 0, 2, 7]);
    [header(0x8180, [1, 2, 0, 0]), question("Www.Example.org"), alias, address].concat()
}

#[test]
fn a_name_error_with_its_question_and_the_zone() {
    let soa = record(&[0xc0, 17], kind::SOA, 60, &[0; 22]);
    let bytes = [header(0x8583, [1, 0, 1, 0]), question("mail.contoso.com"), soa].concat();
    let message = message(&bytes).expect("is whole");
    let (id, rcode) = (message.header.id, message.header.rcode());
    assert_eq!((id, rcode, message.header.is_response()), (0x8442, 3, true));
    assert!(message.header.is_authoritative() && message.header.wants_recursion());
    let asked = message.question.expect("is there");
    assert_eq!((asked.kind, asked.class), (1, 1));
    assert_eq!(asked.name.text(), ("mail.contoso.com".to_owned(), None));
    let records: Vec<_> = message.records().map(|record| record.expect("is whole")).collect();
    assert_eq!((records.len(), records[0].section), (1, Section::Authority));
    assert_eq!(records[0].name.text().0, "contoso.com");
}

#[test]
fn aliases_lead_to_addresses_through_pointers() {
    let bytes = aliased();
    let message = message(&bytes).expect("is whole");
    let records: Vec<_> = message.records().map(|record| record.expect("is whole")).collect();
    assert_eq!(records[0].target().expect("is there").text().0, "host.example.org");
    assert_eq!(records[1].name.text().0, "host.example.org");
    assert_eq!(records[1].address(), Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7))));
    assert_eq!(read_all(&bytes), (2, None));
}

#[test]
fn case_does_not_matter_and_dots_in_labels_do() {
    let bytes = aliased();
    let asked = message(&bytes).expect("is whole").question.expect("is there").name;
    assert!(asked.is("www.example.org") && asked.is("WWW.example.ORG"));
    assert!(!asked.is("www.example.or") && !asked.is("www.example.org.") && !asked.is(""));
    let odd =
        [header(0, [1, 0, 0, 0]), b"\x03a.b\x04\xffx\\y\x00\x00\x01\x00\x01".to_vec()].concat();
    let asked = message(&odd).expect("is whole").question.expect("is there").name;
    assert_eq!(asked.text().0, "a\\.b.\u{fffd}x\\\\y");
    assert!(asked.is("a\\.b.\u{fffd}x\\\\y") && !asked.is("a.b.\u{fffd}x\\\\y"));
    let root = [header(0, [1, 0, 0, 0]), question("")].concat();
    assert_eq!(message(&root).expect("is whole").question.expect("is there").name.text().0, ".");
}

#[test]
fn circles_and_pointers_out_of_the_message_end() {
    for pointer in [[0xc0, 12], [0xff, 0xff]] {
        let bytes =
            [header(0, [1, 0, 0, 0]), b"\x01a".to_vec(), pointer.to_vec(), vec![0, 1, 0, 1]]
                .concat();
        let asked = message(&bytes).expect("is whole").question.expect("its type is readable");
        assert_eq!(asked.kind, 1);
        let (text, flaw) = asked.name.text();
        assert!(text.starts_with('a') && text.len() < 256, "{text}");
        assert!(flaw.is_some() && asked.name.is(&text));
    }
}

#[test]
fn a_message_cut_anywhere_gives_what_lies_before_the_cut() {
    let whole = aliased();
    for end in 0..whole.len() {
        let bytes = &whole[..end];
        let Ok(message) = message(bytes) else {
            assert!(end < HEADER_BYTES);
            continue;
        };
        let flaw = message.flaw.or_else(|| message.records().find_map(Result::err));
        assert!(flaw.is_some(), "cut at {end}");
        if message.question.is_none() {
            let text = message.broken_name().expect("asks").text().0;
            assert!("www.example.org".starts_with(&text), "{text}");
        }
        read_all(bytes);
    }
}

#[test]
fn counts_that_lie_cost_no_record_that_is_there() {
    let mut bytes = aliased();
    bytes[7] = 9;
    let message = message(&bytes).expect("is whole");
    assert_eq!(message.records().filter(Result::is_ok).count(), 2);
    let flaw = message.records().find_map(Result::err).expect("is named");
    assert_eq!((flaw.field, flaw.kind), ("NAME", ErrorKind::Short { need: 1 }));
}

#[test]
fn cut_data_comes_before_its_flaw() {
    let opt = record(&[0], kind::OPT, 1 << 24, &[0, 15, 0, 200, 0, 7]);
    let mut bytes = [header(0x8180, [0, 0, 0, 1]), opt].concat();
    let length = bytes.len();
    bytes[length - 7] = 204;
    let message = message(&bytes).expect("is whole");
    let all: Vec<_> = message.records().collect();
    assert_eq!(all[0].expect("is there").extended_rcode(), Some(1));
    assert_eq!(all[1].expect_err("is cut").field, "RDATA");
    assert_eq!(all.len(), 2);
}

#[test]
fn extended_errors_have_a_code_and_a_text() {
    let options = b"\x00\x0a\x00\x02xy\x00\x0f\x00\x06\x00\x07past\x00\x0f\x00\x01\x00";
    let opt = record(&[0], kind::OPT, 0, options);
    let bytes = [header(0x8182, [0, 0, 0, 1]), opt].concat();
    let message = message(&bytes).expect("is whole");
    let record = message.records().next().expect("is there").expect("is whole");
    assert_eq!(record.extended_errors().collect::<Vec<_>>(), [(7, &b"past"[..])]);
}

#[test]
fn services_have_hosts_and_ports() {
    let data = [&[0, 0, 0, 100, 0x01, 0x85][..], &name("dc1.contoso.com")].concat();
    let bytes = [header(0x8180, [0, 1, 0, 0]), record(&[0], kind::SRV, 60, &data)].concat();
    let message = message(&bytes).expect("is whole");
    let record = message.records().next().expect("is there").expect("is whole");
    let (target, port) = record.service().expect("is one");
    assert_eq!((target.text().0.as_str(), port), ("dc1.contoso.com", 389));
}

#[test]
fn netbios_names_lose_their_padding_and_show_their_suffix() {
    let encoded: String = b"FILESERVER     \x20"
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|half| char::from(b'A' + half))
        .collect();
    let bytes = [header(0x0110, [1, 0, 0, 0]), question(&format!("{encoded}.corp"))].concat();
    let asked = message(&bytes).expect("is whole").question.expect("is there").name;
    assert_eq!(asked.netbios().as_deref(), Some("fileserver<20>.corp"));
    let plain = [header(0, [1, 0, 0, 0]), question("fileserver")].concat();
    assert_eq!(message(&plain).expect("is whole").question.expect("is there").name.netbios(), None);
}

proptest::proptest! {
    #[test]
    fn no_bytes_do_harm(mut bytes in proptest::collection::vec(0_u8.., 0..300), small in 0_u8..4) {
        for at in [4, 6, 8, 10] {
            bytes.get_mut(at).into_iter().for_each(|high| *high = 0);
            bytes.get_mut(at + 1).into_iter().for_each(|low| *low %= small + 1);
        }
        read_all(&bytes);
    }
}
