//! Real captures, frame by frame against tshark.

use crate::files::{each, files};
use crate::installed::is_installed;
use finwhale::limits::Limits;
use finwhale::net::{Decoder, Kind, Segment};
use finwhale::source::{self, Input};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

/// Larger captures take too long for a test.
const BYTES_MAX: u64 = 1 << 20;

/// What identifies a TCP segment or a UDP datagram: ports, payload on the wire, sequence number and flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Transport {
    ports: [u16; 2],
    len: u32,
    tcp: Option<(u32, u8)>,
}

/// The innermost transport header of each frame, if any.
type Frames = BTreeMap<u64, Option<Transport>>;

fn ours(path: &Path) -> Option<Frames> {
    let limits = Limits::default();
    let mut source = source::open(&Input::File(path.to_owned()), &limits).ok()?;
    let mut decoder = Decoder::new(&limits, 1);
    let mut frames = Frames::new();
    while let Some(batch) = source.next_batch().ok()? {
        decoder.decode(&batch);
        let numbers = batch.first..batch.first + batch.packets.len() as u64;
        frames.extend(numbers.map(|number| (number, None)));
        for segment in decoder.segments() {
            let number = batch.first + u64::from(segment.packet);
            frames.insert(number, transport(segment));
        }
    }
    Some(frames)
}

fn transport(segment: &Segment) -> Option<Transport> {
    let [low, high] = segment.key.ports;
    let ports = if segment.swapped { [high, low] } else { [low, high] };
    let tcp = match segment.kind {
        Kind::Tcp => Some((segment.seq, segment.flags)),
        Kind::Udp => None,
        Kind::IcmpError | Kind::Other => return None,
    };
    Some(Transport { ports, len: segment.wire_len, tcp })
}

fn theirs(path: &Path) -> Option<Frames> {
    let tcp = ["frame.number", "tcp.srcport", "tcp.dstport", "tcp.len", "tcp.seq_raw", "tcp.flags"];
    let others = ["udp.srcport", "udp.dstport", "udp.length", "icmp.type", "icmpv6.type"];
    let output = Command::new("tshark")
        .arg("-r")
        .arg(path)
        .args(["-n", "-T", "fields", "-E", "occurrence=l", "-o", "ip.defragment:TRUE"])
        .args(tcp.iter().chain(&others).flat_map(|field| ["-e", field]))
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Some(text.lines().filter_map(row).collect())
}

/// What ICMP quotes is left out, and headers that tshark could not read to their end.
fn row(line: &str) -> Option<(u64, Option<Transport>)> {
    let columns: Vec<_> = line.split('\t').collect();
    let (number, rest) = columns.split_first()?;
    let transport = || match rest {
        ["", "", "", "", "", from, to, length, "", ""] => {
            let len = length.parse::<u32>().ok()?.checked_sub(8)?;
            Some(Transport { ports: [from.parse().ok()?, to.parse().ok()?], len, tcp: None })
        }
        [from, to, len, seq, flags, .., "", ""] => {
            let flags = u16::from_str_radix(flags.strip_prefix("0x")?, 16).ok()? as u8;
            let tcp = Some((seq.parse().ok()?, flags));
            let ports = [from.parse().ok()?, to.parse().ok()?];
            Some(Transport { ports, len: len.parse().ok()?, tcp })
        }
        _ => None,
    };
    Some((number.parse().ok()?, transport()))
}

/// TCP segments and UDP datagrams, and those on which the two do not agree. Frames that only one of the two could read of a
/// damaged capture do not count.
fn compare(path: &Path) -> (usize, Vec<String>) {
    let Some(ours) = ours(path) else { return Default::default() };
    let Some(theirs) = theirs(path) else { return Default::default() };
    let both = ours.iter().filter_map(|(number, tcp)| Some((number, tcp, theirs.get(number)?)));
    let wrong = both.filter(|(_, ours, theirs)| ours != theirs).map(|(number, ours, theirs)| {
        format!(
            "{} {number}: {ours:?} v {theirs:?}",
            path.file_name().unwrap_or_default().display()
        )
    });
    (theirs.values().flatten().count(), wrong.collect())
}

#[test]
fn every_frame_of_real_captures_is_what_tshark_says() {
    let is_small = |path: &Path| path.metadata().is_ok_and(|meta| meta.len() <= BYTES_MAX);
    let Some(paths) = files(is_small).filter(|_| is_installed()) else { return };
    let done = Mutex::new((0, Vec::new()));
    each(paths, |path| {
        let (frames, wrong) = compare(path);
        let mut done = done.lock().unwrap();
        done.0 += frames;
        done.1.extend(wrong);
    });
    let (frames, wrong) = done.into_inner().unwrap();
    println!("{frames} segments, {} differ\n{}", wrong.len(), wrong.join("\n"));
    assert!(wrong.len() * 1000 < frames, "{} of {frames} differ", wrong.len());
}
