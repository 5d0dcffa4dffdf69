//! Our reader of captures against readers that we did not write: the pcap-parser crate, tshark, and what both said
//! of real captures; then against damage.

use finwhale::limits::Limits;
use finwhale::source::memory::{Owned, capture, collect};
use finwhale::source::write::{self, Blocks, Order, Record, Variant};
use finwhale::source::{self, About, Input, Reason, Source};
use finwhale::units::{SECOND, Time};
use pcap_parser::traits::PcapReaderIterator;
use pcap_parser::{Block, LegacyPcapReader, PcapBlockOwned, PcapError, PcapNGReader};
use serde_json::Value;
use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A packet as every reader tells it: nanoseconds, length on the wire, bytes.
type Told = (i64, u32, Vec<u8>);

fn note(text: &str) {
    writeln!(std::io::stderr(), "{text}").expect("standard error");
}

fn ours(bytes: &[u8]) -> (Vec<Owned>, About) {
    let mut source = capture(bytes.to_vec(), &Limits::default()).expect("a capture");
    let all = collect(&mut *source).expect("memory is readable");
    (all, source.about().clone())
}

fn told(bytes: &[u8]) -> Vec<Told> {
    let (all, about) = ours(bytes);
    assert_eq!(about.truncated, None);
    all.into_iter().map(|one| (one.packet.time.0, one.packet.wire, one.bytes)).collect()
}

/// Packets of all lengths up to 300, times that are no whole microseconds.
fn payloads() -> Vec<Vec<u8>> {
    (0..300).map(|len| (0..len).map(|n| (n * 7 + len) as u8).collect()).collect()
}

fn records(payloads: &[Vec<u8>]) -> Vec<Record<'_>> {
    let record = |(n, bytes): (i64, &'_ Vec<u8>)| Record {
        time: Time(1_700_000_000 * SECOND + n * 1_234_567_891),
        wire: bytes.len() as u32 + 9,
        bytes: &payloads[n as usize],
    };
    (0..).zip(payloads).map(record).collect()
}

/// What pcap-parser makes of a pcap.
fn parsed_pcap(bytes: &[u8], unit: i64) -> Vec<Told> {
    let mut reader = LegacyPcapReader::new(1 << 16, Cursor::new(bytes)).expect("a pcap");
    let mut all = Vec::new();
    loop {
        match reader.next() {
            Ok((offset, block)) => {
                if let PcapBlockOwned::Legacy(b) = block {
                    let time = i64::from(b.ts_sec) * SECOND + i64::from(b.ts_usec) * unit;
                    all.push((time, b.origlen, b.data.to_vec()));
                }
                reader.consume(offset);
            }
            Err(PcapError::Eof) => return all,
            Err(PcapError::Incomplete(_)) => reader.refill().expect("memory is readable"),
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// What pcap-parser makes of a pcapng with one section; its data still has the padding.
fn parsed_pcapng(bytes: &[u8]) -> Vec<Told> {
    let mut reader = PcapNGReader::new(1 << 16, Cursor::new(bytes)).expect("a pcapng");
    let mut interfaces = Vec::new();
    let mut all = Vec::new();
    loop {
        match reader.next() {
            Ok((offset, block)) => {
                match block {
                    PcapBlockOwned::NG(Block::InterfaceDescription(idb)) => {
                        interfaces.push((idb.if_tsoffset, idb.ts_resolution().expect("fits")));
                    }
                    PcapBlockOwned::NG(Block::EnhancedPacket(b)) => {
                        let (offset, resolution) = interfaces[b.if_id as usize];
                        let (seconds, fraction) = b.decode_ts(offset as u64, resolution);
                        let fraction = i64::from(fraction) * (SECOND / resolution as i64);
                        let data = b.data[..b.caplen as usize].to_vec();
                        all.push((i64::from(seconds) * SECOND + fraction, b.origlen, data));
                    }
                    _ => {}
                }
                reader.consume(offset);
            }
            Err(PcapError::Eof) => return all,
            Err(PcapError::Incomplete(_)) => reader.refill().expect("memory is readable"),
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[test]
fn pcap_parser_reads_the_same_packets_out_of_every_pcap() {
    let payloads = payloads();
    for order in [Order::Little, Order::Big] {
        for (variant, unit) in [(Variant::Micro, 1000), (Variant::Nano, 1)] {
            let bytes = write::pcap(order, variant, 1, &records(&payloads));
            assert!(told(&bytes) == parsed_pcap(&bytes, unit), "{order:?} {variant:?}");
        }
        // pcap-parser does not know the longer record headers.
        let modified = write::pcap(order, Variant::Modified, 1, &records(&payloads));
        let micro = write::pcap(order, Variant::Micro, 1, &records(&payloads));
        assert!(told(&modified) == parsed_pcap(&micro, 1000), "{order:?}");
    }
}

#[test]
fn pcap_parser_reads_the_same_packets_out_of_every_pcapng() {
    let payloads = payloads();
    for order in [Order::Little, Order::Big] {
        let bytes = write::pcapng(order, 1, &records(&payloads));
        assert!(told(&bytes) == parsed_pcapng(&bytes), "{order:?}");
    }
}

#[test]
fn pcap_parser_agrees_on_interfaces_of_several_resolutions() {
    let mut blocks = Blocks::new(Order::Little);
    let resolutions = [None, Some(3), Some(9), Some(0), Some(6)];
    for resolution in resolutions {
        let options: Vec<(u16, &[u8])> = match &resolution {
            Some(value) => vec![(2, b"eth0"), (9, std::slice::from_ref(value))],
            None => Vec::new(),
        };
        blocks.interface(1, 0, &options);
    }
    for (n, bytes) in payloads().iter().enumerate() {
        blocks.packet(n as u32 % 5, 1_234_567 * n as u64, bytes.len() as u32, bytes);
    }
    let bytes = blocks.bytes();
    assert!(told(&bytes) == parsed_pcapng(&bytes));
}

fn corpus() -> Option<(PathBuf, Vec<Value>)> {
    let Some(folder) = std::env::var_os("FINWHALE_CORPUS").map(PathBuf::from) else {
        note("FINWHALE_CORPUS is not set: real captures are not tried");
        return None;
    };
    let expected = fs::read_to_string(folder.join("expected.jsonl")).expect("expected.jsonl");
    let rows = expected.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    Some((folder, rows))
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_default()
}

fn is_ours(row: &Value) -> bool {
    matches!(text(row, "format"), "pcap" | "pcapng")
}

/// tshark read it to its end.
fn is_sound(row: &Value) -> bool {
    row.get("tshark_exit").is_none()
}

fn open(folder: &Path, row: &Value) -> Result<Box<dyn Source>, source::OpenError> {
    source::open(&Input::File(folder.join(text(row, "file"))), &Limits::default())
}

/// Where tshark gave up (link types that it does not know, contradictions that we can live with), we read at least
/// as much: its count is then no more than a lower bound.
#[test]
fn real_captures_have_as_many_packets_as_tshark_says() {
    let Some((folder, rows)) = corpus() else { return };
    let mut wrong = Vec::new();
    for row in rows.iter().filter(|row| is_ours(row)) {
        let mut source = open(&folder, row).expect("opens");
        let count = collect(&mut *source).expect("readable").len() as u64;
        let want = row["packets"].as_u64().expect("packets");
        if count < want || (is_sound(row) && count != want) {
            let why = source.about().truncated.clone().unwrap_or_default();
            wrong.push(format!("{}: {count}, tshark {want}; {why}", text(row, "file")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn real_captures_have_the_format_the_link_types_and_the_cut_that_another_reader_saw() {
    let Some((folder, rows)) = corpus() else { return };
    let mut wrong = Vec::new();
    for row in rows.iter().filter(|row| is_ours(row) && is_sound(row)) {
        let mut source = open(&folder, row).expect("opens");
        let count = collect(&mut *source).expect("readable").len();
        let about = source.about();
        let mut links: Vec<u64> = about.link_types.iter().map(|link| u64::from(*link)).collect();
        let listed = row["linktypes"].as_array().into_iter().flatten();
        let mut want: Vec<u64> = listed.filter_map(Value::as_u64).collect();
        links.sort_unstable();
        want.sort_unstable();
        want.dedup();
        // The upper half of the field is the length of the FCS.
        want.iter_mut().for_each(|link| *link &= 0xffff);
        // Where the other reader had fewer packets than tshark, its word on the cut is worth nothing.
        let cut = (row["records"] == row["packets"]).then(|| row["container_truncated"].as_bool());
        let same = about.format.name() == text(row, "format") && links == want;
        if !same || cut.flatten().is_some_and(|cut| cut != about.truncated.is_some()) {
            wrong.push(format!("{}: {count} packets, {want:?}, {about:?}", text(row, "file")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn real_files_of_other_formats_are_named() {
    let Some((folder, rows)) = corpus() else { return };
    for row in rows.iter().filter(|row| !is_ours(row)) {
        let error = open(&folder, row).err().expect("no capture of ours");
        let Reason::Looks(what) = error.reason else { panic!("{error}") };
        assert!(what.contains("capture") || what.contains("trace"), "{error}");
    }
}

/// A frame as tshark tells it.
struct Frame {
    number: u64,
    time: Option<i64>,
    captured: u32,
    wire: u32,
}

/// `None` where tshark is not installed.
fn tshark(path: &Path) -> Option<Vec<Frame>> {
    let fields = ["frame.number", "frame.time_epoch", "frame.cap_len", "frame.len"];
    let mut command = Command::new("tshark");
    command.arg("-n").arg("-r").arg(path).args(["-T", "fields"]);
    fields.iter().for_each(|field| {
        command.args(["-e", field]);
    });
    let output = command.output().ok()?;
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    let row = |line: &str| {
        let mut fields = line.split('\t');
        let mut next = || fields.next().expect("four fields").to_owned();
        let number = |text: String| text.parse::<u32>().expect("a number");
        let (first, time) = (number(next()), next());
        let time = time.split_once('.').map(|(seconds, fraction)| {
            let seconds: i64 = seconds.parse().expect("seconds");
            let fraction: i64 = fraction.parse().expect("nine decimals");
            seconds.saturating_mul(SECOND).saturating_add(fraction)
        });
        Frame { number: first.into(), time, captured: number(next()), wire: number(next()) }
    };
    Some(lines.lines().map(row).collect())
}

#[test]
fn real_captures_have_the_times_and_lengths_that_tshark_says() {
    let Some((folder, rows)) = corpus() else { return };
    let small = |row: &&Value| row["bytes"].as_u64().is_some_and(|bytes| bytes < 200_000);
    let sound = rows.iter().filter(|row| is_ours(row) && is_sound(row)).filter(small);
    for row in sound.step_by(20) {
        let path = folder.join(text(row, "file"));
        let Some(want) = tshark(&path) else {
            note("tshark is not installed: times and lengths are not compared");
            return;
        };
        let all = collect(&mut *open(&folder, row).expect("opens")).expect("readable");
        assert_eq!(all.len(), want.len(), "{}", path.display());
        for (one, frame) in all.iter().zip(want) {
            let packet = one.packet;
            let place = format!("{} frame {}", path.display(), frame.number);
            assert_eq!(one.number, frame.number, "{place}");
            // Of other link types Wireshark takes pseudo-headers off first.
            if matches!(packet.link, 0 | 1 | 12 | 101 | 105 | 113 | 127 | 276) {
                assert_eq!((packet.captured, packet.wire), (frame.captured, frame.wire), "{place}");
                assert!(frame.time.is_none_or(|time| same_time(time, packet.time)), "{place}");
            }
        }
    }
}

/// Microseconds above a second overflow 32 bits of nanoseconds in tshark, even their sign.
fn same_time(tshark: i64, ours: Time) -> bool {
    tshark < 0 || tshark.wrapping_sub(ours.0) % (1 << 32) == 0
}

/// Small captures in every format and compression.
fn samples() -> Vec<Vec<u8>> {
    let payloads: Vec<Vec<u8>> = payloads().into_iter().take(12).collect();
    let records = records(&payloads);
    let mut blocks = Blocks::new(Order::Big);
    blocks.interface(1, 3, &[(9, &[0x8a]), (14, &[0, 0, 0, 0, 0, 0, 0, 1])]);
    blocks.old(0, 1, 9, b"old");
    blocks.simple(9, b"simple");
    blocks.other(4, &[0, 1, 0, 6, 10, 0, 0, 1, b'a', 0, 0, 0, 0, 0, 0, 0]);
    blocks.other(10, &[0x54, 0x4c, 0x53, 0x4b, 0, 0, 0, 2, 1, 2]);
    blocks.other(0xbad, b"custom");
    blocks.statistics(0, &[(5, &[0, 0, 0, 0, 0, 0, 0, 7])]);
    blocks.section(Order::Little);
    blocks.interface(101, 0, &[]);
    blocks.packet(0, 77, 6, b"packet");
    let mut all = vec![
        write::pcap(Order::Little, Variant::Modified, 1, &records),
        write::pcap(Order::Big, Variant::Nano, 1, &records),
        blocks.bytes(),
        write::pcapng(Order::Little, 1, &records),
    ];
    for plain in all.clone() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&plain).expect("memory");
        all.push(gzip.finish().expect("memory"));
        let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
        lz4.write_all(&plain).expect("memory");
        all.push(lz4.finish().expect("memory"));
        #[cfg(feature = "zstd")]
        all.push(zstd::encode_all(&plain[..], 1).expect("memory"));
        #[cfg(feature = "xz")]
        {
            let mut packed = Vec::new();
            let mut xz = liblzma::read::XzEncoder::new(&plain[..], 1);
            std::io::Read::read_to_end(&mut xz, &mut packed).expect("memory");
            all.push(packed);
        }
    }
    all
}

/// Reads what may be damaged: every packet lies in its batch, and the buffer stays near the size of the capture.
fn read_damaged(bytes: Vec<u8>) -> Option<(u64, About)> {
    let limits = Limits { record_bytes_max: 1 << 20, ..Limits::default() };
    let mut source = capture(bytes, &limits).ok()?;
    let mut count = 0;
    while let Some(batch) = source.next_batch().expect("memory is readable") {
        assert_eq!(batch.first, count + 1);
        assert!(!batch.packets.is_empty() && batch.bytes.len() <= 4 << 20);
        for packet in batch.packets {
            let end = packet.at as usize + packet.captured as usize;
            assert!(end <= batch.bytes.len());
        }
        count += batch.packets.len() as u64;
    }
    assert!(source.next_batch().expect("readable").is_none(), "the end stays the end");
    Some((count, source.about().clone()))
}

#[test]
fn a_cut_at_any_byte_gives_what_came_before_it() {
    for bytes in samples() {
        let (whole, about) = read_damaged(bytes.clone()).expect("a capture");
        assert_eq!(about.truncated, None);
        let mut last = 0;
        for end in 0..bytes.len() {
            let Some((count, _)) = read_damaged(bytes[..end].to_vec()) else { continue };
            assert!(last <= count && count <= whole, "{end}");
            last = count;
        }
    }
}

/// Numbers that look random and are the same at every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end.max(1) as u64) as usize
    }
}

fn flip(bytes: &mut [u8], dice: &mut Dice) {
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte = dice.below(256) as u8;
        }
    }
}

#[test]
fn flipped_bytes_do_no_harm() {
    let mut dice = Dice(1);
    for bytes in samples() {
        for _ in 0..2000 {
            let mut bytes = bytes.clone();
            flip(&mut bytes, &mut dice);
            read_damaged(bytes);
        }
    }
}

#[test]
fn damaged_real_captures_do_no_harm() {
    let Some((folder, rows)) = corpus() else { return };
    let mut dice = Dice(2);
    for row in &rows {
        let bytes = fs::read(folder.join(text(row, "file"))).expect("readable");
        for _ in 0..4 {
            let mut bytes = bytes[..dice.below(bytes.len() + 1)].to_vec();
            read_damaged(bytes.clone());
            flip(&mut bytes, &mut dice);
            read_damaged(bytes);
        }
    }
}

#[test]
fn a_bomb_is_read_in_the_room_of_one_buffer() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&write::pcap(Order::Little, Variant::Micro, 1, &[])).expect("memory");
    let zeros = [0; 1 << 16];
    (0..1024).for_each(|_| gzip.write_all(&zeros).expect("memory"));
    let (count, about) = read_damaged(gzip.finish().expect("memory")).expect("a capture");
    assert_eq!((count, about.truncated), ((64 << 20) / 16, None));
}

#[test]
fn a_file_that_shrinks_while_it_is_read_is_a_cut() {
    let payload = [1; 1000];
    let records: Vec<_> = (0..3000).map(|n| Record::new(Time(n), &payload)).collect();
    let bytes = write::pcap(Order::Little, Variant::Nano, 1, &records);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shrinks");
    fs::write(&path, &bytes).expect("written");
    let input = Input::File(path.clone());
    let mut source = source::open(&input, &Limits::default()).expect("opens");
    let first = source.next_batch().expect("readable").expect("a batch").packets.len();
    File::options().write(true).open(&path).expect("opens").set_len(1_000_000).expect("shrinks");
    let rest = collect(&mut *source).expect("readable").len();
    assert!(first + rest < 1000);
    assert!(source.about().truncated.as_ref().is_some_and(|why| why.starts_with("cut")));
}
