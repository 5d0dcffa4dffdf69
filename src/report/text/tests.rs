//! Whole reports of hand-built findings, as a person sees them.

use super::*;
use crate::facts::{Capture, Outcomes};
use crate::finding::{Code, Confidence, Evidence, Party};
use crate::units::{At, Endpoint, SECOND};
use std::collections::BTreeMap;

/// 2006-11-20T12:00:00Z
const NOON: i64 = 1_164_024_000 * SECOND;

fn at(number: u64, milliseconds: i64) -> At {
    At { frame: Frame::new(0, number), time: Time(NOON + milliseconds * 1_000_000) }
}

fn server() -> Party {
    let addr = "192.168.0.181".parse().expect("an address");
    Party::Service(Endpoint { addr, port: Some(443) })
}

/// Field story 1: a phone that leaves right after the handshake.
pub(super) fn finding() -> Finding {
    Finding {
        id: "tls-fin-after-finished",
        severity: Severity::Error,
        confidence: Confidence::Likely,
        title: "192.168.0.185 leaves 192.168.0.181:443 right after the TLS handshake: \"Denver CA\" is not trusted".into(),
        cause: "The client completed the TLS 1.0 handshake and closed at once, without an alert and without data. Nothing in the chain of *.contoso.com leads to a trusted root: its issuer \"CN=Denver CA,DC=contoso,DC=com\" is a private CA.".into(),
        remedy: "Install the root certificate of \"Denver CA\" on the client, or give the server a certificate of a public CA.".into(),
        client: Some(Party::Host("192.168.0.185".parse().expect("an address"))),
        server: Some(server()),
        transport: crate::units::Transport::Tcp,
        service: Some("mail.contoso.com".into()),
        cause_key: "Denver CA".into(),
        count: 3,
        first: at(9, 3204).time,
        last: at(31, 64_011).time,
        evidence: vec![
            Evidence { at: at(9, 3204), note: "FIN of the client 0.4 ms after the server's Finished, no data".into() },
            Evidence { at: at(8, 3203), note: "Finished of the server".into() },
        ],
        codes: vec![Code { space: "x509", code: 20, name: "untrusted-issuer".into() }],
        references: &["RFC 5246 section 7.2.1"],
        related: vec![untrusted()],
    }
}

fn untrusted() -> Finding {
    Finding {
        id: "x509-untrusted",
        severity: Severity::Error,
        confidence: Confidence::Certain,
        title: "The chain of *.contoso.com ends at \"Denver CA\", which is not trusted".into(),
        evidence: vec![Evidence {
            at: at(6, 3100),
            note: "Certificate: *.contoso.com, issued by Denver CA".into(),
        }],
        related: Vec::new(),
        ..note()
    }
}

fn note() -> Finding {
    Finding {
        id: "tls-fallback",
        severity: Severity::Note,
        confidence: Confidence::Certain,
        title: "A\u{202e}B\x1b[31m".into(),
        cause: "Cause".into(),
        remedy: "Remedy".into(),
        client: None,
        server: Some(server()),
        transport: crate::units::Transport::Tcp,
        service: None,
        cause_key: String::new(),
        count: 1,
        first: at(2, 100).time,
        last: at(2, 100).time,
        evidence: vec![Evidence { at: at(2, 100), note: "Note".into() }],
        codes: Vec::new(),
        references: &[],
        related: Vec::new(),
    }
}

fn capture() -> Capture {
    Capture {
        path: "phone.pcapng".into(),
        format: "pcapng",
        packets: 1204,
        bytes: 532_100,
        first: Some(Time(NOON)),
        last: Some(at(1204, 64_100).time),
        flows: 12,
        ..Capture::default()
    }
}

fn facts() -> Facts {
    let tls = Outcomes { completed: 3, failed: 1, ..Outcomes::default() };
    Facts { captures: vec![capture()], tls, ..Facts::default() }
}

fn told(facts: &Facts, findings: &[Finding], hidden: usize, length: Length) -> String {
    let mut bytes = Vec::new();
    let findings: Vec<_> = findings.iter().map(|finding| Rc::new(finding.clone().into())).collect();
    let report = Report { facts, findings: &findings, hidden, length, width: 100 };
    report.write(&mut anstream::StripStream::new(&mut bytes)).expect("a Vec takes all");
    String::from_utf8(bytes).expect("UTF-8")
}

/// What is told of the phone, wherever it stands.
const PHONE: &str = r#"1. ERROR 192.168.0.185 leaves 192.168.0.181:443 right after the TLS handshake: "Denver CA" is not
         trusted
   Who        192.168.0.185 -> 192.168.0.181:443 (mail.contoso.com)
   When       3 times from 2006-11-20 12:00:03.204 UTC (+3.2 s) to 12:01:04.011 (+1 min 4 s)
   Cause      The client completed the TLS 1.0 handshake and closed at once, without an alert and
              without data. Nothing in the chain of *.contoso.com leads to a trusted root: its
              issuer "CN=Denver CA,DC=contoso,DC=com" is a private CA.
   Change     Install the root certificate of "Denver CA" on the client, or give the server a
              certificate of a public CA.
   Evidence   frame 9: FIN of the client 0.4 ms after the server's Finished, no data
              frame 8: Finished of the server
   Wireshark  frame.number in {6, 8, 9}
              ip.addr == 192.168.0.185 && ip.addr == 192.168.0.181 && tcp.port == 443
   Codes      x509 20 untrusted-issuer
   Finding    tls-fin-after-finished (likely)
   Related    error x509-untrusted: The chain of *.contoso.com ends at "Denver CA", which is not
              trusted
                frame 6: Certificate: *.contoso.com, issued by Denver CA
"#;

#[test]
fn one_finding_is_told_whole() {
    let text = told(&facts(), &[finding()], 0, Length::Full);
    let end = r"
Read 1,204 packets (532.1 kB) from 2006-11-20 12:00:00.000 to 12:01:04.100 UTC (1 min 4 s) in 12
conversations; 4 TLS handshakes (3 completed, 1 failed); 1 error.
`finwhale explain ID` tells more of a finding, -v more of each here.
";
    assert_eq!(text, format!("1 error in phone.pcapng\n\n{PHONE}{end}"), "\n{text}");
}

#[test]
fn several_findings_are_ranked_first() {
    let text = told(&facts(), &[finding(), note()], 0, Length::Full);
    let start = r#"1 error, 1 note in phone.pcapng

  1 ERROR    192.168.0.185 leaves 192.168.0.181:443 right after the TLS handshake: "Denver CA" is
             not trusted
             192.168.0.185 -> 192.168.0.181:443 (mail.contoso.com), 3 times since 12:00:03.204 UTC
             (+3.2 s) [tls-fin-after-finished]
  2 NOTE     A\u{202e}B\x1b[31m
             192.168.0.181:443, at 12:00:00.100 UTC (+100 ms) [tls-fallback]

"#;
    let end = r"
2. NOTE A\u{202e}B\x1b[31m
   Cause      Cause
   Change     Remedy
   Evidence   frame 2: Note
   Finding    tls-fallback (certain)
";
    assert!(text.starts_with(&format!("{start}{PHONE}{end}")), "\n{text}");
}

#[test]
fn a_short_report_ranks_and_tells_no_more() {
    let text = told(&facts(), &[finding()], 2, Length::Short);
    let end = r#"[tls-fin-after-finished]

Read 1,204 packets (532.1 kB) from 2006-11-20 12:00:00.000 to 12:01:04.100 UTC (1 min 4 s) in 12
conversations; 4 TLS handshakes (3 completed, 1 failed); 1 error, 2 findings not shown.
"#;
    assert!(text.ends_with(end), "\n{text}");
    assert!(!text.contains("Cause"), "\n{text}");
}

#[test]
fn a_thousand_findings_are_not_all_told_unless_asked_for() {
    let findings = vec![finding(); 1000];
    let told = |length| told(&facts(), &findings, 0, length);
    let full = told(Length::Full);
    assert!(full.contains("             and 990 more findings\n"), "\n{full}");
    assert!(full.contains("\n100. ERROR") && !full.contains("\n101. ERROR"));
    assert!(full.contains("\n900 more findings not told here: -v tells all"));
    assert!(told(Length::Long).contains("\n1000. ERROR"));
}

#[test]
fn files_are_named_where_there_are_several() {
    let mut facts = facts();
    facts.captures.push(Capture { path: "gateway.pcap".into(), ..capture() });
    let mut far = finding();
    far.evidence[1].at.frame = Frame::new(1, far.evidence[1].at.frame.number());
    let text = told(&facts, &[far], 0, Length::Full);
    assert!(text.contains("1 error in 2 captures\n"), "\n{text}");
    assert!(text.contains("frame 8 of gateway.pcap: Finished of the server\n"), "\n{text}");
    assert!(text.contains("frame.number in {6, 9}   in phone.pcapng\n"), "\n{text}");
    assert!(text.contains("frame.number == 8   in gateway.pcap\n"), "\n{text}");
}

#[test]
fn what_was_not_seen_is_said_with_its_consequence() {
    let mut facts = facts();
    let capture = &mut facts.captures[0];
    capture.lost = BTreeMap::from([("os_drops", 17), ("stream_bytes", 4096)]);
    capture.undecoded = BTreeMap::from([("unknown link type", 3), ("IPv4 header cut off", 1)]);
    let gap = Finding {
        id: "cap-gap",
        title: "phone.pcapng: 2 holes".into(),
        cause: "Messages in the holes cannot be read.".into(),
        remedy: "Capture with a larger buffer.".into(),
        ..note()
    };
    let text = told(&facts, &[gap], 0, Length::Full);
    let start = r"Nothing to report on 4 TLS handshakes (3 completed, 1 failed) and 12 conversations.

What the capture could not show
 - phone.pcapng: 2 holes. Messages in the holes cannot be read. Capture with a larger buffer. (frame
   2, cap-gap)
 - 4 packets not decoded (1 IPv4 header cut off, 3 unknown link type): what they carried is not in
   this report
 - left out for want of room: 4,096 stream bytes; --memory gives more

Read 1,204 packets";
    assert!(text.starts_with(start), "\n{text}");
}

#[test]
fn a_healthy_capture_says_what_was_looked_at() {
    let tls = Outcomes { completed: 1200, unknown: 4, ..Outcomes::default() };
    let healthy = Facts { captures: vec![capture()], tls, ..Facts::default() };
    let text = told(&healthy, &[], 0, Length::Full);
    let first = "No failed handshake in 1,204 TLS handshakes (1,200 completed, 4 with unknown outcome), nothing to report on 12";
    assert!(text.replace('\n', " ").starts_with(first), "\n{text}");
}
