//! Floods: whatever a capture holds, all that is kept together stays below `--memory`; what finds no room is counted.
//!
//! The allocator of this test counts. `FINWHALE_FLOOD=syn-flood:20000000:/tmp/flood.pcap cargo test --release --test
//! floods -- --ignored` writes a story as a capture of any size, to see the program's own memory and time with it.

mod stories;

use finwhale::facts::Facts;
use finwhale::limits::Limits;
use finwhale::pipeline::Pipeline;
use finwhale::report::totals::Totals;
use finwhale::rules;
use finwhale::source::{About, Batch, Format, Packet, Source};
use finwhale::trust::{Anchors, Trust};
use finwhale::units::Time;
use peak_alloc::PeakAlloc;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::sync::{Mutex, PoisonError};
use stories::{STORIES, Story, Wire};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// The allocator counts for all threads: one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// What a story may take, bytes.
const MEMORY: usize = 32 << 20;
/// Bytes of packets in a batch.
const BATCH: usize = 64 << 10;
/// Nanoseconds between two packets.
const STEP: i64 = 1000;

/// Makes the packets of a story as they are asked for.
struct Flood {
    story: &'static Story,
    turn: u64,
    turns: u64,
    wire: Wire,
    packets: Vec<Packet>,
    given: u64,
    about: About,
}

impl Flood {
    fn new(story: &'static Story, turns: u64) -> Self {
        let about = About { link_types: vec![1], ..About::new(Format::Pcap) };
        let (wire, packets) = (Wire::new(STEP), Vec::new());
        Self { story, turn: 0, turns, wire, packets, given: 0, about }
    }
}

impl Source for Flood {
    fn next_batch(&mut self) -> io::Result<Option<Batch<'_>>> {
        self.wire.clear();
        while self.turn < self.turns && self.wire.bytes.len() < BATCH {
            (self.story.turn)(&mut self.wire, self.turn, self.turns);
            self.turn += 1;
        }
        let packet = |(at, len, time): &(u32, u32, i64)| Packet {
            at: *at,
            captured: *len,
            wire: *len,
            link: 1,
            interface: 0,
            time: Time(*time),
        };
        self.packets.clear();
        self.packets.extend(self.wire.packets.iter().map(packet));
        let first = self.given + 1;
        self.given += self.packets.len() as u64;
        let batch = Batch { bytes: &self.wire.bytes, packets: &self.packets, first };
        Ok((!self.packets.is_empty()).then_some(batch))
    }

    fn about(&self) -> &About {
        &self.about
    }

    fn position(&self) -> u64 {
        self.given
    }
}

/// Reads a story; gives the facts, and the keys of the findings.
fn triage(source: &mut dyn Source, memory: usize) -> (Facts, Vec<String>) {
    let trust = Trust::load(&[Anchors::Mozilla]).expect("built in");
    let mut pipeline = Pipeline::new(Limits::new(memory as u64), trust, None);
    pipeline.read("flood", source, &mut ()).expect("memory can be read");
    let facts = pipeline.finish(&mut ());
    let episodes = rules::diagnose(&facts).iter().map(|found| found.tell().episode()).collect();
    (facts, episodes)
}

fn story(name: &str) -> &'static Story {
    STORIES.iter().find(|story| story.name == name).expect("is a story")
}

/// The peak of a story in `turns` turns; the counter `lost` says what found no room.
fn stays_in_bounds(name: &str, turns: u64, lost: Option<&str>) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let (facts, episodes) = triage(&mut Flood::new(story(name), turns), MEMORY);
    let peak = ALLOCATOR.peak_usage().saturating_sub(before);
    let told = Totals::of(&facts).lost;
    let found = episodes.len();
    assert!(peak <= MEMORY, "{name}: {} KiB, {found} findings, lost {told:?}", peak >> 10);
    if let Some(lost) = lost {
        assert!(told.contains_key(lost), "{name}: {lost} is not counted: {told:?}");
    }
}

macro_rules! floods {
    ($($test:ident: $name:literal, $turns:literal, $lost:expr;)*) => {
        $(#[test] fn $test() { stays_in_bounds($name, $turns, $lost); })*
    };
}

floods! {
    syns_from_everywhere: "syn-flood", 200_000, Some("flows_evicted");
    syns_to_everywhere: "syn-flood-many-servers", 100_000, Some("flows_evicted");
    half_open_connections: "half-open", 60_000, Some("flows_evicted");
    a_scan_of_all_ports: "port-scan", 100_000, Some("facts");
    idle_connections: "open-idle", 40_000, Some("flows_evicted");
    connections_that_say_one_byte: "open-hello", 40_000, Some("flows_evicted");
    a_million_tiny_early_segments: "tiny-early", 100_000, Some("reorder_buffers_given_up");
    tiny_early_segments_in_no_order: "tiny-early-shuffled", 100_000, Some("reorder_buffers_given_up");
    holes_in_many_connections: "early-many", 100_000, Some("flows_evicted");
    segments_of_no_connection: "ack-flood", 100_000, Some("flows_evicted");
    header_sections_without_an_end: "http-unfinished", 20_000, Some("flows_evicted");
    requests_that_fail: "http-errors", 20_000, Some("facts");
    requests_that_are_served: "http-served", 30_000, Some("web_servers");
    handshakes_that_stop_in_a_certificate: "tls-unfinished", 3000, Some("flows_evicted");
    hellos_without_their_last_byte: "tls-unfinished-hello", 10_000, Some("flows_evicted");
    handshakes_that_fail: "tls-failing", 10_000, Some("facts");
    certificates_that_are_never_the_same: "tls-certificates", 6000, Some("facts");
    datagrams_that_nobody_knows: "udp-flood", 100_000, None;
    questions_that_nobody_answers: "dns-unanswered", 60_000, Some("flows_evicted");
    questions_of_one_port: "dns-one-flow", 60_000, None;
    names_that_are_found: "dns-answered", 40_000, Some("lookups");
    names_that_do_not_exist: "dns-nxdomain", 40_000, Some("facts");
    logons_that_fail: "krb-errors", 20_000, Some("facts");
    routers_without_a_way: "icmp-errors", 60_000, Some("facts");
    hosts_that_ping: "hosts", 100_000, None;
    fragments_of_packets_that_never_come_together: "fragments", 60_000, Some("fragments");
    the_smallest_of_fragments: "fragments-tiny", 60_000, Some("fragments");
    clocks_of_everybody: "ntp-clocks", 60_000, Some("clocks");
}

#[test]
fn what_fits_is_the_same_with_little_memory() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    for (name, turns) in [("tls-failing", 500), ("dns-nxdomain", 500), ("port-scan", 500)] {
        let [little, much] = [MEMORY, 1 << 30].map(|memory| {
            let (facts, mut episodes) = triage(&mut Flood::new(story(name), turns), memory);
            episodes.sort();
            (episodes, Totals::of(&facts).lost)
        });
        assert_eq!(little, much, "{name}");
    }
}

#[test]
#[ignore = "writes a large file"]
fn writes_a_large_capture() -> io::Result<()> {
    let asked = std::env::var("FINWHALE_FLOOD").expect("FINWHALE_FLOOD=STORY:TURNS:FILE");
    let mut parts = asked.splitn(3, ':');
    let (name, turns) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let path = parts.next().expect("a file");
    let turns = turns.parse().unwrap_or(story(name).turns);
    let mut file = BufWriter::new(File::create(path)?);
    let head: [u32; 6] = [0xa1b2_3c4d, 2 | 4 << 16, 0, 0, 262_144, 1];
    file.write_all(&head.map(u32::to_le_bytes).concat())?;
    let mut flood = Flood::new(story(name), turns);
    while let Some(batch) = flood.next_batch()? {
        for packet in batch.packets {
            let nanoseconds = packet.time.0.rem_euclid(1_000_000_000);
            let time = [packet.time.seconds() as u32, nanoseconds as u32];
            let record = [time[0], time[1], packet.captured, packet.wire];
            file.write_all(&record.map(u32::to_le_bytes).concat())?;
            file.write_all(&batch.bytes[packet.at as usize..][..packet.captured as usize])?;
        }
    }
    file.flush()?;
    println!("{path}: {} bytes", fs::metadata(path)?.len());
    Ok(())
}
