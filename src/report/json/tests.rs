//! Hand-built facts and findings against the contract's objects, key by key.

use super::*;
use crate::finding::{Code, Confidence, Evidence, Finding, Party, Severity};
use crate::proto::tls::{self, Answer, Ended, EndedHow, Handshake, Outcome, Steps};
use crate::proto::{Emitted, Fact, tcp};
use crate::trust::{Fault, Verdict};
use crate::units::{At, Close, Endpoint, Ends, Frame, SECOND, Side, Time, Transport};
use crate::wire::tls::ClientHello;
use crate::wire::x509::Chain;
use serde_json::{Value, json};
use std::sync::Arc;

/// 2026-11-20T12:00:00Z
const NOON: i64 = 1_795_176_000 * SECOND;

fn at(number: u64) -> At {
    At { frame: Frame::new(0, number), time: Time(NOON + number as i64) }
}

fn endpoint(text: &str) -> Endpoint {
    let address: std::net::SocketAddr = text.parse().expect("an endpoint");
    Endpoint { addr: address.ip(), port: Some(address.port()) }
}

fn kept(number: u64, fact: Fact) -> Kept {
    let ends = Ends {
        client: endpoint("10.0.0.5:49152"),
        server: endpoint("[2001:db8::1]:443"),
        transport: Transport::Tcp,
        flow: Frame::new(0, 1),
    };
    let emitted = Emitted { at: at(number), known: at(number).frame, ends, fact };
    Kept { emitted, verdict: None, client_verdict: None }
}

fn streamed(kept: &Kept) -> Value {
    let mut bytes = Vec::new();
    Ndjson::new(&mut bytes).fact("a.pcap", kept).expect("a Vec takes all");
    serde_json::from_slice(&bytes).expect("one object")
}

fn handshake(hello: ClientHello) -> Handshake {
    Handshake {
        outcome: Outcome::Failed,
        hello: Some(Box::new(hello)),
        answer: Some(Answer { version: 0x0301, cipher: 0x0005, ..Answer::default() }),
        steps: Steps { client_hello: Some(at(4)), server_hello: Some(at(5)), ..Steps::default() },
        ended_by: Some(Ended {
            side: Side::Client,
            how: EndedHow::Transport(Close::Fin),
            at: at(9),
        }),
        two_sided: true,
        ..Handshake::default()
    }
}

#[test]
fn a_handshake_has_its_names_and_no_null() {
    let hello = ClientHello {
        sni: Some("mail.contoso.com".into()),
        versions: vec![0x0301],
        ciphers: vec![0x0005, 0x1a2b],
        alpn: vec!["http/1.1".into()],
        ..ClientHello::default()
    };
    let fact = Fact::Tls(tls::Fact::Handshake(Box::new(handshake(hello))));
    assert_eq!(
        streamed(&kept(4, fact)),
        json!({
            "type": "fact", "kind": "tls.handshake", "file": "a.pcap", "frame": 4,
            "time": "2026-11-20T12:00:00.000000004Z",
            "client": "10.0.0.5:49152", "server": "[2001:db8::1]:443",
            "transport": "tcp", "flow": 1,
            "outcome": "failed", "version": "TLS 1.0", "cipher": "TLS_RSA_WITH_RC4_128_SHA",
            "sni": "mail.contoso.com", "resumed": false,
            "client_hello_frame": 4, "server_hello_frame": 5,
            "ended_by": {"side": "client", "how": "fin", "frame": 9},
            "offered": {
                "versions": ["TLS 1.0"], "ciphers": ["TLS_RSA_WITH_RC4_128_SHA", "0x1a2b"],
                "groups": [], "signature_algorithms": [], "alpn": ["http/1.1"],
            },
        })
    );
}

#[test]
fn a_clear_alert_has_a_name_and_an_encrypted_one_has_none() {
    let alert = |clear| {
        let alert = tls::Alert { sender: Side::Client, at: at(7), clear, record_length: 2 };
        streamed(&kept(7, Fact::Tls(tls::Fact::Alert(alert))))
    };
    let clear = alert(Some((2, 48)));
    assert_eq!(clear["name"], "unknown_ca");
    assert!(alert(Some((2, 99))).get("name").is_none());
    assert_eq!((&clear["level"], &clear["code"]), (&json!("fatal"), &json!(48)));
    let encrypted = alert(None);
    assert_eq!(encrypted["encrypted"], true);
    assert!(encrypted.get("code").is_none());
}

#[test]
fn a_chain_without_anchors_is_neither_trusted_nor_untrusted() {
    let verdict = |faults: &[Fault], judged| {
        let chain = Arc::new(Chain { id: 0, certificates: Vec::new(), left_out: 0 });
        let seen =
            tls::CertificateSeen { side: Side::Server, chain, sni: None, key_transport: false };
        let mut kept = kept(6, Fact::Tls(tls::Fact::Certificate(seen)));
        kept.verdict =
            Some(Arc::new(Verdict { faults: faults.to_vec(), judged, ..Verdict::default() }));
        streamed(&kept)["verdict"].clone()
    };
    assert_eq!(verdict(&[], true), json!(["trusted"]));
    assert_eq!(verdict(&[], false), json!([]));
    assert_eq!(
        verdict(&[Fault::UntrustedIssuer, Fault::Expired], true),
        json!(["untrusted-issuer", "expired"])
    );
}

#[test]
fn an_icmp_error_names_the_parties_of_the_packet_that_it_quotes() {
    let error = tcp::Unreachable {
        v6: false,
        kind: 3,
        code: 13,
        sender: "10.0.0.1".parse().expect("an address"),
        quotes_syn: true,
    };
    let fact = streamed(&kept(3, Fact::Tcp(tcp::Fact::Unreachable(error))));
    assert_eq!(fact["kind"], "icmp.unreachable");
    assert_eq!((&fact["icmp_type"], &fact["icmp_code"]), (&json!(3), &json!(13)));
    assert_eq!((&fact["sender"], &fact["transport"]), (&json!("10.0.0.1"), &json!("icmp")));
    assert_eq!(fact["client"], "10.0.0.5:49152");
}

fn finding(id: &'static str, related: Vec<Finding>) -> Finding {
    Finding {
        id,
        severity: Severity::Error,
        confidence: Confidence::Likely,
        title: "title".into(),
        cause: "cause".into(),
        remedy: "remedy".into(),
        client: Some(Party::Network("10.0.0.0".parse().expect("an address"), 24)),
        server: Some(Party::Service(endpoint("[2001:db8::1]:443"))),
        transport: crate::units::Transport::Tcp,
        service: None,
        cause_key: "Denver CA".into(),
        count: 3,
        first: Time(NOON),
        last: Time(NOON + SECOND),
        evidence: vec![Evidence { at: at(9), note: "client FIN".into() }],
        codes: vec![Code { space: "tls_alert", code: 48, name: "unknown_ca".into() }],
        references: &["RFC 5246 section 7.2"],
        related,
    }
}

fn run() -> (Facts, Vec<Rc<Episode<'static>>>) {
    let capture = Capture {
        path: "a.pcap".into(),
        format: "pcap",
        link_types: vec![1],
        packets: 10,
        bytes: 900,
        first: Some(Time(NOON)),
        last: Some(Time(NOON + SECOND / 4)),
        truncated: Some("at byte 24".into()),
        ..Capture::default()
    };
    let facts = Facts { captures: vec![capture], ..Facts::default() };
    let finding = finding("tls-fin-after-finished", vec![finding("x509-untrusted", Vec::new())]);
    (facts, vec![Rc::new(finding.into())])
}

fn refused() -> Kept {
    let attempts = tcp::Attempts {
        attempts: 2,
        first: at(1),
        last: at(3),
        rst_ttl: Some(64),
        icmp: None,
        one_sided: false,
    };
    kept(2, Fact::Tcp(tcp::Fact::Refused(attempts)))
}

#[test]
fn the_document_holds_what_the_stream_holds() {
    let (facts, findings) = run();
    let mut stream = Vec::new();
    let mut ndjson = Ndjson::new(&mut stream);
    let mut document = Vec::new();
    let mut json = Document::new(&mut document);
    for _ in 0..2 {
        ndjson.fact("a.pcap", &refused()).expect("written");
        json.fact("a.pcap", &refused()).expect("written");
    }
    ndjson.capture(&facts.captures[0]).expect("written");
    ndjson.finish(&facts, &findings).expect("written");
    json.finish(&facts, &findings).expect("written");

    let text = String::from_utf8(stream).expect("UTF-8");
    let lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    let types: Vec<_> = lines.iter().map(|line| line["type"].as_str()).collect();
    assert_eq!(types, ["fact", "fact", "capture", "finding", "summary"].map(Some));
    let whole: Value = serde_json::from_slice(&document).expect("one object");
    assert_eq!(whole["facts"], json!([lines[0], lines[1]]));
    assert_eq!(whole["captures"], json!([lines[2]]));
    assert_eq!(whole["findings"], json!([lines[3]]));
    assert_eq!(whole["summary"], lines[4]);
}

#[test]
fn a_finding_carries_its_proof_and_its_cause_one_level_deep() {
    let (facts, findings) = run();
    let value =
        serde_json::to_value(object::finding(&facts, &findings[0].tell())).expect("an object");
    assert_eq!(value["client"], "10.0.0.0/24");
    assert_eq!(value["evidence"], json!([{"file": "a.pcap", "frame": 9, "note": "client FIN"}]));
    assert_eq!(value["codes"], json!([{"space": "tls_alert", "code": 48, "name": "unknown_ca"}]));
    assert_eq!(value["related"][0]["id"], "x509-untrusted");
    assert_eq!(value["episode"], "tls-fin-after-finished|10.0.0.0/24|[2001:db8::1]:443|Denver CA");
    assert!(value.get("service").is_none());
}

#[test]
fn the_summary_counts_top_findings_only() {
    let (facts, findings) = run();
    let value = serde_json::to_value(object::summary(&facts, &findings)).expect("an object");
    assert_eq!(value["findings"], json!({"error": 1, "warning": 0, "note": 0}));
    assert_eq!(value["seconds"], json!(0.25));
    assert_eq!(value["lost"], json!({}));
    let capture = serde_json::to_value(object::capture(&facts.captures[0])).expect("an object");
    assert_eq!((&capture["truncated"], &capture["undecoded_packets"]), (&json!(true), &json!(0)));
}
