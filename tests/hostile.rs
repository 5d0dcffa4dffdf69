//! Names made to hurt whoever reads the report, and messages made to hurt whoever parses them: harmless in every format.

use assert_cmd::Command;
use etherparse::PacketBuilder;
use std::time::Duration;

/// Moves the cursor, sets the window's title, turns the direction of text, opens a tag.
const EVIL: &str = "\x1b[2J\x1b]0;pwned\x07\u{202e}gro\u{200b}<script>alert(1)</script>";
const CLIENT: [u8; 4] = [10, 0, 0, 5];
const SERVER: [u8; 4] = [10, 0, 0, 9];

/// A classic pcap that grows packet by packet, a tenth of a second apart.
struct Capture {
    file: Vec<u8>,
    packets: u32,
}

impl Capture {
    fn new() -> Self {
        let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        file.extend([0, 0, 4, 0, 1, 0, 0, 0]);
        Self { file, packets: 0 }
    }

    fn packet(&mut self, bytes: &[u8]) {
        let length = u32::try_from(bytes.len()).expect("is short");
        let (seconds, tenths) = (1_767_225_600 + self.packets / 10, self.packets % 10 * 100_000);
        for word in [seconds, tenths, length, length] {
            self.file.extend(word.to_le_bytes());
        }
        self.file.extend(bytes);
        self.packets += 1;
    }

    /// A datagram between the client's port and the server's.
    fn udp(&mut self, ports: (u16, u16), from_client: bool, payload: &[u8]) {
        let (from, to, source, target) = match from_client {
            true => (CLIENT, SERVER, ports.0, ports.1),
            false => (SERVER, CLIENT, ports.1, ports.0),
        };
        let builder = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4(from, to, 64);
        let mut bytes = Vec::new();
        builder.udp(source, target).write(&mut bytes, payload).expect("a vector takes all");
        self.packet(&bytes);
    }

    /// A whole TCP conversation: handshake, then what each side says in turn, then the FINs.
    fn tcp(&mut self, ports: (u16, u16), said: &[(bool, &[u8])]) {
        let mut next = [100_u32, 500];
        self.segment(ports, true, "S", next, &[]);
        next[0] += 1;
        self.segment(ports, false, "SA", next, &[]);
        next[1] += 1;
        for (from_client, bytes) in said {
            for piece in bytes.chunks(1400) {
                self.segment(ports, *from_client, "A", next, piece);
                next[usize::from(!from_client)] += u32::try_from(piece.len()).expect("is short");
            }
        }
        self.segment(ports, true, "FA", next, &[]);
        next[0] += 1;
        self.segment(ports, false, "FA", next, &[]);
    }

    fn segment(
        &mut self,
        ports: (u16, u16),
        from_client: bool,
        flags: &str,
        next: [u32; 2],
        payload: &[u8],
    ) {
        let (from, to, source, target, seq, ack) = match from_client {
            true => (CLIENT, SERVER, ports.0, ports.1, next[0], next[1]),
            false => (SERVER, CLIENT, ports.1, ports.0, next[1], next[0]),
        };
        let builder = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4(from, to, 64);
        let mut tcp = builder.tcp(source, target, seq, 64_000);
        for flag in flags.chars() {
            tcp = match flag {
                'S' => tcp.syn(),
                'F' => tcp.fin(),
                _ => tcp.ack(ack),
            };
        }
        let mut bytes = Vec::new();
        tcp.write(&mut bytes, payload).expect("a vector takes all");
        self.packet(&bytes);
    }

    /// The report in each format; it must come within a minute.
    fn reports(&self) -> Vec<(&'static str, String)> {
        let file = tempfile::Builder::new().suffix(".pcap").tempfile().expect("a temporary file");
        std::fs::write(file.path(), &self.file).expect("can be written");
        let report = |format| {
            let mut command = Command::cargo_bin("finwhale").expect("is built");
            command.args(["-f", format, "--facts", "all", "-v", "--color", "always"]);
            if format != "text" {
                command = Command::cargo_bin("finwhale").expect("is built");
                command.args(["-f", format, "--facts", "all"]);
            }
            command.arg(file.path()).timeout(Duration::from_secs(60));
            let output = command.output().expect("runs");
            assert!(matches!(output.status.code(), Some(0 | 1)), "{format}: {output:?}");
            (format, String::from_utf8(output.stdout).expect("a report is UTF-8"))
        };
        ["text", "json", "ndjson"].map(report).into()
    }
}

/// Nothing of a captured name reaches the terminal as it was; JSON stays JSON.
fn assert_harmless(capture: &Capture, in_text: &str, in_json: &str) {
    for (format, report) in capture.reports() {
        let told = if format == "text" { in_text } else { in_json };
        assert!(report.contains(told), "{format} does not speak of {told}: {report}");
        let plain = strip_colours(&report);
        let harmful =
            |c: char| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
        match format {
            "text" => assert!(!plain.contains(harmful), "{plain:?}"),
            "json" => drop(serde_json::from_str::<serde_json::Value>(&report).expect("is JSON")),
            _ => report.lines().for_each(|line| {
                drop(serde_json::from_str::<serde_json::Value>(line).expect("is JSON"));
            }),
        }
        if format != "text" {
            let raw = |c: char| c.is_control() && c != '\n';
            assert!(!report.contains(raw), "{format}");
        }
    }
}

/// Our own colours are `ESC [ digits ; … m`.
fn strip_colours(report: &str) -> String {
    let mut parts = report.split('\x1b');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let colour = part.strip_prefix('[').and_then(|rest| {
            let (codes, text) = rest.split_once('m')?;
            codes.chars().all(|c| c.is_ascii_digit() || c == ';').then_some(text)
        });
        plain.push_str(colour.unwrap_or_else(|| panic!("no colour of ours: {part:?}")));
    }
    plain
}

/// A DNS message with one question.
fn dns(id: u16, flags: u16, labels: &[&[u8]]) -> Vec<u8> {
    let mut message = [id, flags, 1, 0, 0, 0].iter().flat_map(|word| word.to_be_bytes()).collect();
    for label in labels {
        Vec::push(&mut message, u8::try_from(label.len()).expect("is short"));
        message.extend(*label);
    }
    message.extend([0, 0, 1, 0, 1]);
    message
}

#[test]
fn a_name_in_dns_writes_nothing_on_the_terminal() {
    let mut capture = Capture::new();
    let (evil, more) = EVIL.as_bytes().split_at(30);
    for id in 1..4 {
        let labels: [&[u8]; 4] = [b"mail", evil, more, b"example"];
        capture.udp((40_000 + id, 53), true, &dns(id, 0x0100, &labels));
        capture.udp((40_000 + id, 53), false, &dns(id, 0x8183, &labels));
    }
    // No host has such a name: it is a fact, but no finding.
    assert_harmless(&capture, "", "pwned");
}

#[test]
fn names_that_point_at_themselves_end() {
    let mut capture = Capture::new();
    let mut looped = dns(7, 0x8183, &[]);
    looped.truncate(12);
    // The name points at itself, then at each other, then chains of pointers without end.
    looped.extend([0xc0, 12, 0, 1, 0, 1, 0xc0, 20, 0xc0, 18]);
    (0..20_000_u16).for_each(|_| looped.extend([0xc0, 14]));
    looped.truncate(1400);
    for id in 0..50 {
        capture.udp((41_000 + id, 53), true, &dns(7, 0x0100, &[b"a", b"example"]));
        capture.udp((41_000 + id, 53), false, &looped);
    }
    assert_harmless(&capture, "", "");
}

#[test]
fn http_headers_write_nothing_on_the_terminal() {
    let mut capture = Capture::new();
    let long = "x".repeat(64 << 10);
    let request = format!(
        "GET /{EVIL} HTTP/1.1\r\nHost: web.{EVIL}\r\nUser-Agent: {EVIL}\r\nX-Long: {long}\r\n\
         Authorization: Basic cHduZWQbWzJKOnNlY3JldA==\r\n\r\n"
    );
    let answer = format!(
        "HTTP/1.1 401 {EVIL}\r\nWWW-Authenticate: Basic realm=\"{EVIL}\"\r\nServer: {EVIL}\r\n\
         Content-Length: {}\r\n\r\n{EVIL}",
        EVIL.len()
    );
    let turns: [(bool, &[u8]); 6] = std::array::from_fn(|turn| match turn % 2 {
        0 => (true, request.as_bytes()),
        _ => (false, answer.as_bytes()),
    });
    capture.tcp((42_000, 8080), &turns);
    assert_harmless(&capture, "401", "401");
    for (format, report) in capture.reports() {
        assert!(!report.contains("secret"), "{format} gives a password away");
        assert!(!report.contains("cHduZWQ"), "{format} gives credentials away");
    }
}

/// DER: tag, length, contents.
fn der(tag: u8, contents: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(contents.len()).expect("is short").to_be_bytes();
    let header = if contents.len() < 128 { vec![tag, low] } else { vec![tag, 0x82, high, low] };
    [&header, contents].concat()
}

fn krb_error(text: &str) -> Vec<u8> {
    let string = der(0x1b, text.as_bytes());
    let names = der(0x30, &[der(0xa0, &[2, 1, 1]), der(0xa1, &der(0x30, &string))].concat());
    let fields = [
        der(0xa0, &[2, 1, 5]),
        der(0xa1, &[2, 1, 30]),
        der(0xa4, &der(0x18, b"20260101000000Z")),
        der(0xa5, &[2, 1, 0]),
        der(0xa6, &[2, 1, 6]),
        der(0xa7, &string),
        der(0xa8, &names),
        der(0xa9, &string),
        der(0xaa, &names),
        der(0xab, &string),
    ];
    der(0x7e, &der(0x30, &fields.concat()))
}

#[test]
fn names_in_kerberos_write_nothing_on_the_terminal() {
    let mut capture = Capture::new();
    for port in 43_000..43_003 {
        capture.udp((port, 88), false, &krb_error(EVIL));
    }
    // Answers to nobody are facts, but no finding.
    assert_harmless(&capture, "", "KDC_ERR_C_PRINCIPAL_UNKNOWN");
}

#[test]
fn bombs_of_asn1_do_not_go_off() {
    let mut capture = Capture::new();
    // Sequences in sequences, each with a length that fits; and lengths beyond everything.
    let mut nested = Vec::new();
    for _ in 0..350 {
        nested = der(0x30, &nested);
    }
    let nested = der(0x7e, &nested);
    let absurd =
        [&[0x6a, 0x84, 0xff, 0xff, 0xff, 0xff][..], &[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]].concat();
    let endless = [0x6a, 0x80].repeat(700);
    for (bomb, port) in [&nested, &absurd, &endless].into_iter().cycle().take(60).zip(44_000..) {
        capture.udp((port, 88), true, bomb);
        capture.udp((port, 88), false, bomb);
        let length = u32::try_from(bomb.len()).expect("is short").to_be_bytes();
        let framed = [&length[..], bomb].concat();
        capture.tcp((port, 88), &[(true, &framed), (false, &framed)]);
        let token = format!(
            "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Negotiate {}\r\n\r\n",
            "YIIB".repeat(4000)
        );
        capture.tcp(
            (port, 80),
            &[(true, token.as_bytes()), (false, b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")],
        );
    }
    assert_harmless(&capture, "401", "401");
}
