//! The command line as a script sees it: exit statuses, inputs, outputs, messages.

use assert_cmd::Command;
use etherparse::PacketBuilder;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// The flags of one TCP packet, who sends it, and the server's port.
struct Tcp {
    port: u16,
    from_client: bool,
    sequence: u32,
    flags: &'static str,
}

/// One classic pcap, its packets a tenth of a second apart.
fn pcap(packets: &[Tcp]) -> Vec<u8> {
    let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    file.extend([0, 0, 4, 0, 1, 0, 0, 0]);
    for (packet, number) in packets.iter().zip(0_u32..) {
        let bytes = frame(packet);
        let length = u32::try_from(bytes.len()).expect("is short");
        for word in [1_164_024_000 + number / 10, number % 10 * 100_000, length, length] {
            file.extend(word.to_le_bytes());
        }
        file.extend(bytes);
    }
    file
}

fn frame(packet: &Tcp) -> Vec<u8> {
    let (client, server) = (([10, 0, 0, 5], 49152), ([10, 0, 0, 9], packet.port));
    let (from, to) = if packet.from_client { (client, server) } else { (server, client) };
    let ethernet = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]);
    let mut tcp = ethernet.ipv4(from.0, to.0, 64).tcp(from.1, to.1, packet.sequence, 64_000);
    for flag in packet.flags.chars() {
        tcp = match flag {
            'S' => tcp.syn(),
            'F' => tcp.fin(),
            'R' => tcp.rst(),
            // Each side sends one byte of sequence space before: a SYN.
            _ => tcp.ack(if packet.from_client { 501 } else { 101 }),
        };
    }
    let mut bytes = Vec::new();
    tcp.write(&mut bytes, &[]).expect("a Vec takes all");
    bytes
}

fn client(sequence: u32, flags: &'static str) -> Tcp {
    Tcp { port: 443, from_client: true, sequence, flags }
}

fn server(sequence: u32, flags: &'static str) -> Tcp {
    Tcp { port: 443, from_client: false, sequence, flags }
}

/// A connection that the server refuses: an error.
fn refused() -> Vec<u8> {
    let packets = [client(100, "S"), server(0, "RA")];
    pcap(&packets.map(|packet| Tcp { port: 8443, ..packet }))
}

/// A probe that connects and leaves: nothing wrong.
fn healthy() -> Vec<u8> {
    pcap(&[
        client(100, "S"),
        server(500, "SA"),
        client(101, "A"),
        client(101, "FA"),
        server(501, "FA"),
        client(102, "A"),
    ])
}

/// A folder with `refused.pcap`, `healthy.pcap` and `notes.txt`.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("can be made");
    for (name, content) in [("refused.pcap", refused()), ("healthy.pcap", healthy())] {
        fs::write(folder.path().join(name), content).expect("can be written");
    }
    fs::write(folder.path().join("notes.txt"), "not a capture\n").expect("can be written");
    folder
}

fn finwhale(folder: &Path, line: &str) -> Command {
    let mut command = Command::cargo_bin("finwhale").expect("is built");
    command.current_dir(folder).args(line.split_whitespace());
    command
}

fn run(folder: &TempDir, line: &str) -> (i32, String, String) {
    parts(finwhale(folder.path(), line).output().expect("runs"))
}

fn parts(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
}

fn objects(ndjson: &str) -> Vec<Value> {
    ndjson.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
}

fn of_type<'a>(objects: &'a [Value], name: &str) -> Vec<&'a Value> {
    objects.iter().filter(|object| object["type"] == name).collect()
}

#[test]
fn an_error_is_1_and_health_is_0() {
    let folder = folder();
    let (status, report, _) = run(&folder, "healthy.pcap");
    assert_eq!(status, 0, "{report}");
    let (status, report, _) = run(&folder, "refused.pcap");
    assert_eq!(status, 1, "{report}");
    assert!(report.contains("tcp-refused") && report.contains("10.0.0.9:8443"), "{report}");
}

#[test]
fn what_is_not_reported_does_not_count() {
    let folder = folder();
    let (status, report, _) = run(&folder, "--skip tcp-refused refused.pcap");
    assert_eq!(status, 0, "{report}");
    assert!(report.contains("1 finding not shown"), "{report}");
    assert_eq!(run(&folder, "--only cap-gap refused.pcap").0, 0);
    assert_eq!(run(&folder, "--only tcp-refused --min-severity error refused.pcap").0, 1);
}

#[cfg(feature = "live")]
#[test]
fn a_filter_selects_packets() {
    let folder = folder();
    let filtered = |filter| {
        let mut command = finwhale(folder.path(), "refused.pcap --filter");
        parts(command.arg(filter).output().expect("runs"))
    };
    assert_eq!(filtered("tcp port 8443").0, 1);
    let (status, report, _) = filtered("udp or host 10.0.0.77");
    assert_eq!(status, 0);
    assert!(report.contains("0 packets") && !report.contains("not decoded"), "{report}");
    let (status, _, complaint) = filtered("tcp prot 8443");
    assert_eq!(status, 2);
    assert!(complaint.contains("--filter"), "{complaint}");
}

#[test]
fn a_wrong_input_is_2_and_the_others_are_reported() {
    let folder = folder();
    let (status, report, complaint) = run(&folder, "missing.pcap notes.txt refused.pcap");
    assert_eq!(status, 2);
    assert!(report.contains("tcp-refused"), "{report}");
    assert!(complaint.contains("missing.pcap") && complaint.contains("notes.txt"), "{complaint}");
}

#[test]
fn wrong_arguments_are_2_and_say_why() {
    let folder = folder();
    for (line, word) in [
        ("", "Usage"),
        ("--only tcp-refusd refused.pcap", "tcp-refused"),
        ("--skip nonsense refused.pcap", "nonsense"),
        ("--format yaml refused.pcap", "ndjson"),
        ("--memory 3X refused.pcap", "size"),
        ("--keylog keys.txt refused.pcap", "decrypt"),
        ("--trust none --trust mozilla refused.pcap", "none"),
        ("--trust missing.pem refused.pcap", "missing.pem"),
        ("--trust notes.txt refused.pcap", "notes.txt"),
        ("--output report.html refused.pcap", "html"),
        ("--output no/such/folder.json refused.pcap", "no/such"),
        ("--jobs none refused.pcap", "--jobs"),
        ("--jobs 0 refused.pcap", "--jobs"),
        ("explain tcp-refusd", "tcp-refused"),
        ("explain unknown_cb", "unknown_ca"),
        ("explain", "Usage"),
    ] {
        let (status, report, complaint) = run(&folder, line);
        assert_eq!(status, 2, "{line}: {complaint}");
        assert!(complaint.contains(word), "{line}: {complaint}");
        assert_eq!(report, "", "{line}");
    }
}

#[test]
fn standard_input_is_a_dash() {
    let folder = folder();
    let mut command = finwhale(folder.path(), "--format ndjson --keylog none -");
    let (status, report, _) = parts(command.write_stdin(refused()).output().expect("runs"));
    assert_eq!(status, 1);
    assert_eq!(of_type(&objects(&report), "capture")[0]["file"], "-");
    let mut empty = finwhale(folder.path(), "-");
    assert_eq!(parts(empty.write_stdin("").output().expect("runs")).0, 2);
}

#[test]
fn a_live_capture_is_told_of_as_it_arrives() {
    let mut live = std::process::Command::new(env!("CARGO_BIN_EXE_finwhale"))
        .args(["--format", "ndjson", "--facts", "all", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("runs");
    let (mut stdin, stdout) = (live.stdin.take().expect("a pipe"), live.stdout.take());
    let story = "captures/tls-fin-after-finished-10-v4-fin/capture.pcapng";
    let capture = Path::new(env!("CARGO_MANIFEST_DIR")).join(story);
    stdin.write_all(&fs::read(capture).expect("is there")).expect("is read");
    let (sender, first) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        BufReader::new(stdout.expect("a pipe")).read_line(&mut line).expect("is text");
        sender.send(line)
    });
    // The pipe is still open; whoever waits for its end waits in vain.
    let line = first.recv_timeout(Duration::from_secs(60));
    drop(stdin);
    live.wait().expect("ends");
    assert_eq!(of_type(&objects(&line.expect("a line")), "fact").len(), 1);
}

#[test]
fn a_folder_is_walked_by_name_and_other_files_are_passed_over() {
    let folder = folder();
    let path = folder.path();
    fs::create_dir_all(path.join("more/.hidden")).expect("can be made");
    for name in ["more/a.pcap", "more/.b.pcap", "more/.hidden/c.pcap"] {
        fs::write(path.join(name), healthy()).expect("can be written");
    }
    let (status, report, complaint) = run(&folder, "-f ndjson .");
    assert_eq!((status, complaint.as_str()), (1, ""));
    let objects = objects(&report);
    let files: Vec<_> =
        of_type(&objects, "capture").iter().map(|capture| capture["file"].clone()).collect();
    assert_eq!(files, ["./healthy.pcap", "./more/a.pcap", "./refused.pcap"]);
}

#[test]
fn the_stream_is_in_order_and_the_document_holds_the_same() {
    let folder = folder();
    let (_, stream, _) = run(&folder, "-f ndjson --facts all refused.pcap healthy.pcap");
    let objects = objects(&stream);
    let types: Vec<_> = objects.iter().filter_map(|object| object["type"].as_str()).collect();
    let mut order = types.clone();
    order.dedup();
    assert_eq!(order, ["fact", "capture", "finding", "summary"], "{types:?}");
    let (_, document, _) = run(&folder, "-f json --facts all refused.pcap healthy.pcap");
    let document: Value = serde_json::from_str(&document).expect("one object");
    for (list, name) in [("captures", "capture"), ("facts", "fact"), ("findings", "finding")] {
        let listed: Vec<_> = document[list].as_array().expect("a list").iter().collect();
        assert_eq!(listed, of_type(&objects, name));
    }
    assert_eq!(&document["summary"], objects.last().expect("a summary"));
}

#[test]
fn facts_can_be_left_out() {
    let folder = folder();
    let facts = |line| of_type(&objects(&run(&folder, line).1), "fact").len();
    assert_eq!(facts("-f ndjson --facts none refused.pcap"), 0);
    assert_eq!(facts("-f ndjson refused.pcap"), 1);
}

#[test]
fn the_suffix_of_the_output_names_the_format() {
    let folder = folder();
    for (name, begin) in
        [("r.json", "{\"captures\""), ("r.ndjson", "{\"type\""), ("r.txt", "1 error")]
    {
        let (status, printed, _) = run(&folder, &format!("--output {name} refused.pcap"));
        assert_eq!((status, printed.as_str()), (1, ""));
        let report = fs::read_to_string(folder.path().join(name)).expect("was written");
        assert!(report.starts_with(begin), "{report}");
    }
}

#[test]
fn a_report_never_overwrites_an_input() {
    let folder = folder();
    assert_eq!(run(&folder, "--output ./refused.pcap refused.pcap").0, 2);
    assert_eq!(fs::read(folder.path().join("refused.pcap")).expect("is there"), refused());
}

#[test]
fn who_closes_the_pipe_has_read_enough() {
    let folder = folder();
    for line in ["-f ndjson --facts all refused.pcap", "refused.pcap", "rules", "man"] {
        let (reader, writer) = std::io::pipe().expect("can be made");
        drop(reader);
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_finwhale"))
            .current_dir(folder.path())
            .args(line.split(' '))
            .stdout(writer)
            .output()
            .expect("runs");
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{line}");
    }
}

#[test]
fn a_capture_that_breaks_off_is_read_up_to_there() {
    let folder = folder();
    let mut cut = healthy();
    cut.truncate(cut.len() - 10);
    fs::write(folder.path().join("cut.pcap"), cut).expect("can be written");
    let (status, report, _) = run(&folder, "-f ndjson cut.pcap");
    assert_eq!(status, 0, "{report}");
    let objects = objects(&report);
    let capture = of_type(&objects, "capture")[0];
    assert_eq!(
        (capture["truncated"].as_bool(), capture["packets"].as_u64()),
        (Some(true), Some(5))
    );
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    let folder = folder();
    assert!(!run(&folder, "refused.pcap").1.contains('\x1b'));
    assert!(run(&folder, "--color always refused.pcap").1.contains('\x1b'));
}

#[test]
fn short_and_long_reports() {
    let folder = folder();
    let short = run(&folder, "--quiet refused.pcap").1;
    let full = run(&folder, "refused.pcap").1;
    let long = run(&folder, "--verbose refused.pcap").1;
    assert!(!short.contains("Cause") && full.contains("Cause"), "{short}{full}");
    assert!(long.len() > full.len() && long.contains("References"), "{long}");
}

#[test]
fn everything_that_can_be_found_can_be_explained() {
    let folder = folder();
    let (status, list, _) = run(&folder, "rules");
    assert_eq!(status, 0);
    for line in list.lines() {
        let id = line.split(' ').next().expect("an id");
        let (status, page, complaint) = run(&folder, &format!("explain {id}"));
        assert_eq!(status, 0, "{id}: {complaint}");
        let parts = ["What it means", "How it looks on the wire", "What to do", "References"];
        assert!(parts.iter().all(|part| page.contains(part)), "{id}: {page}");
    }
}

#[test]
fn codes_are_explained_as_they_stand_in_logs() {
    let folder = folder();
    for (line, word) in [
        ("explain alert 48", "unknown_ca"),
        ("explain 0x80090325", "SEC_E_UNTRUSTED_ROOT"),
        ("explain -2146893019", "SEC_E_UNTRUSTED_ROOT"),
        ("explain event 36887", "Schannel"),
        ("explain untrusted-issuer", "anchors"),
    ] {
        let (status, text, complaint) = run(&folder, line);
        assert_eq!(status, 0, "{line}: {complaint}");
        assert!(text.contains(word), "{line}: {text}");
    }
}

#[test]
fn completions_and_the_manual_page_know_the_options() {
    let folder = folder();
    for line in ["completions bash", "completions zsh", "completions fish", "man", "--help"] {
        let (status, text, _) = run(&folder, line);
        assert_eq!(status, 0, "{line}");
        assert!(text.replace("\\-", "-").contains("min-severity"), "{line}: {text}");
    }
}
