//! Every capture of captures/, frame by frame, against what tshark sees in it.
//!
//! Needs tshark (and editcap, which comes with it); says so where they are not installed.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// What is asked of tshark, in this order.
const FIELDS: &[&str] = &[
    "frame.number",
    "tcp.stream",
    "dns.flags.response",
    "dns.flags.rcode",
    "nbns.flags.response",
    "nbns.flags.rcode",
    "http.response.code",
    "http2.headers.status",
    "kerberos.error_code",
    "tls.alert_message.desc",
    "tls.handshake.type",
    "tcp.flags.reset",
    "icmp.type",
    "icmpv6.type",
];

/// As the facts of the program define frames: the packet that completes a message, a header section for HTTP.
const PREFERENCES: &[&str] = &[
    "tcp.reassemble_out_of_order:TRUE",
    "tcp.desegment_tcp_streams:TRUE",
    "ip.defragment:TRUE",
    "http.desegment_body:FALSE",
];

/// What need not agree: where the two sides speak different protocols, each program reads one of them only (what is
/// left out is asserted on in the case's own report); and tshark does not look into the errors of kpasswd.
const APART: &[(&str, &[&str])] = &[
    ("kpasswd-auth-failed", &["kerberos.error"]),
    ("tls-hello-on-plain-port-http", &["client_hello_frame", "http.status"]),
    ("tls-hello-on-plain-port-smtp", &["client_hello_frame"]),
    ("tls-hello-on-plain-port-ssh", &["client_hello_frame"]),
    ("tls-plaintext-on-tls-port-gnutls", &["tls.alert"]),
    ("tls-plaintext-on-tls-port-java", &["tls.alert"]),
];

/// Threads that run tshark.
const JOBS: usize = 2;

/// What was seen, by kind: frame and code.
type Seen = BTreeMap<&'static str, BTreeSet<(u64, i64)>>;

/// One row of tshark's answer.
struct Row<'a>(Vec<&'a str>);

impl Row<'_> {
    fn field(&self, name: &str) -> impl Iterator<Item = i64> {
        let place = FIELDS.iter().position(|field| *field == name).expect("is asked for");
        let text = self.0.get(place).copied().unwrap_or_default();
        text.split(',').filter_map(number)
    }

    fn first(&self, name: &str) -> Option<i64> {
        self.field(name).next()
    }

    /// The packet is an ICMP error: what it quotes is no traffic.
    fn quotes(&self) -> bool {
        matches!(self.first("icmp.type"), Some(3 | 4 | 5 | 11 | 12))
            || matches!(self.first("icmpv6.type"), Some(1..=4))
    }
}

fn number(text: &str) -> Option<i64> {
    match text {
        "True" => Some(1),
        "False" => Some(0),
        _ => match text.strip_prefix("0x") {
            Some(digits) => i64::from_str_radix(digits, 16).ok(),
            None => text.parse().ok(),
        },
    }
}

fn is_notable(status: i64) -> bool {
    status == 100 || status >= 400
}

/// What tshark sees in a capture without its secrets.
fn theirs(capture: &Path) -> Seen {
    let bare = tempfile::NamedTempFile::new().expect("a temporary file");
    let mut editcap = Command::new("editcap");
    editcap.arg("--discard-all-secrets").args([capture, bare.path()]);
    assert!(editcap.status().expect("editcap runs").success(), "{}", capture.display());
    let mut tshark = Command::new("tshark");
    tshark.args(["-n", "-r"]).arg(bare.path()).args(["-T", "fields", "-E", "occurrence=a"]);
    FIELDS.iter().for_each(|field| {
        tshark.args(["-e", field]);
    });
    PREFERENCES.iter().for_each(|preference| {
        tshark.args(["-o", preference]);
    });
    let output = tshark.output().expect("tshark runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let rows = text.lines().map(|line| Row(line.split('\t').collect()));
    let (mut seen, mut streams) = (Seen::new(), BTreeMap::new());
    for row in rows.filter(|row| !row.quotes()) {
        note(&row, &mut seen, &mut streams);
    }
    seen
}

/// First ClientHello, ServerHello and Certificate of a TCP stream.
type Hellos = BTreeSet<(i64, i64)>;

fn note(row: &Row<'_>, seen: &mut Seen, streams: &mut BTreeMap<&'static str, Hellos>) {
    let Some(frame) = row.first("frame.number").and_then(|frame| u64::try_from(frame).ok()) else {
        return;
    };
    let mut add = |kind, code| {
        seen.entry(kind).or_default().insert((frame, code));
    };
    for (response, rcode) in
        [("dns.flags.response", "dns.flags.rcode"), ("nbns.flags.response", "nbns.flags.rcode")]
    {
        let errors = row.field(rcode).filter(|code| *code != 0);
        errors.filter(|_| row.field(response).any(|is| is == 1)).for_each(|c| add("dns.error", c));
    }
    for field in ["http.response.code", "http2.headers.status"] {
        row.field(field).filter(|status| is_notable(*status)).for_each(|c| add("http.status", c));
    }
    row.field("kerberos.error_code").for_each(|code| add("kerberos.error", code));
    row.field("tls.alert_message.desc").for_each(|code| add("tls.alert", code));
    let Some(stream) = row.first("tcp.stream") else { return };
    for kind in row.field("tls.handshake.type") {
        let name = match kind {
            1 => "client_hello_frame",
            2 => "server_hello_frame",
            11 => "certificate_frame",
            _ => continue,
        };
        if streams.entry(name).or_default().insert((stream, kind)) {
            add(name, 0);
        }
    }
}

/// What the program reports, from the facts beside the capture (which tests/cases.rs holds to what it prints).
fn ours(capture: &Path) -> Seen {
    let facts = capture.with_file_name("facts.ndjson");
    let text = std::fs::read_to_string(&facts).expect("facts lie beside the capture");
    let mut seen = Seen::new();
    for line in text.lines() {
        let fact: Value = serde_json::from_str(line).expect("is JSON");
        if fact["type"] == "fact" {
            note_ours(&fact, &mut seen);
        }
    }
    seen
}

fn note_ours(fact: &Value, seen: &mut Seen) {
    let mut add = |kind, frame: &Value, code: &Value| {
        if let Some(frame) = frame.as_u64() {
            seen.entry(kind).or_default().insert((frame, code.as_i64().unwrap_or(0)));
        }
    };
    match fact["kind"].as_str() {
        Some("dns.error") => add("dns.error", &fact["frame"], &fact["rcode"]),
        Some("http.status") => add("http.status", &fact["frame"], &fact["status"]),
        Some("kerberos.error") => add("kerberos.error", &fact["frame"], &fact["code"]),
        Some("tls.alert") if fact["encrypted"] == false => {
            add("tls.alert", &fact["frame"], &fact["code"]);
        }
        Some("tls.handshake") => {
            for key in ["client_hello_frame", "server_hello_frame", "certificate_frame"] {
                add(key, &fact[key], &Value::Null);
            }
        }
        _ => {}
    }
}

/// The captures, by name.
fn captures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let entries = std::fs::read_dir(folder).expect("captures/ is there");
    let mut captures: Vec<_> =
        entries.map(|entry| entry.expect("can be listed").path().join("capture.pcapng")).collect();
    captures.retain(|capture| capture.is_file());
    captures.sort();
    captures
}

/// Differences of one capture, a line for each kind.
fn differences(capture: &Path) -> Vec<String> {
    let case = capture.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    let case = case.expect("a folder with a name");
    let apart = APART.iter().find(|(name, _)| *name == case);
    let (theirs, ours) = (theirs(capture), ours(capture));
    let kinds: BTreeSet<_> = theirs.keys().chain(ours.keys()).copied().collect();
    let none = BTreeSet::new();
    let mut out = Vec::new();
    for kind in kinds.into_iter().filter(|kind| !apart.is_some_and(|(_, all)| all.contains(kind))) {
        let (theirs, ours) = (theirs.get(kind).unwrap_or(&none), ours.get(kind).unwrap_or(&none));
        let missed: Vec<_> = theirs.difference(ours).collect();
        let extra: Vec<_> = ours.difference(theirs).collect();
        if !missed.is_empty() || !extra.is_empty() {
            out.push(format!("{case}: {kind}: missed {missed:?}, extra {extra:?}"));
        }
    }
    out
}

#[test]
fn tshark_agrees_on_every_capture() {
    if Command::new("tshark").arg("--version").output().is_err() {
        println!("tshark is not installed: captures were not compared with it");
        return;
    }
    let (waiting, wrong) = (Mutex::new(captures()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..JOBS {
            scope.spawn(|| {
                loop {
                    let Some(capture) = waiting.lock().expect("no panic yet").pop() else { break };
                    let found = differences(&capture);
                    wrong.lock().expect("no panic yet").extend(found);
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().expect("no panic");
    wrong.sort();
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
}
