//! Decompressors around a capture: streaming, in bounded memory.

use super::Reason;
use super::ahead::Ahead;
use std::io::{self, BufRead, BufReader, Read};

/// What a capture is compressed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstd,
    Lz4,
    Xz,
}

impl Packing {
    /// The name in machine-readable reports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
            Self::Xz => "xz",
        }
    }
}

/// Compressed bytes are read in portions of this size.
const PORTION: usize = 128 << 10;

/// zstd's own default: windows up to 128 MiB.
#[cfg(feature = "zstd")]
const ZSTD_WINDOW_LOG_MAX: u32 = 27;

/// What xz may take; its strongest preset needs 65 MiB.
#[cfg(feature = "xz")]
const XZ_MEMORY_MAX: u64 = 128 << 20;

type Reader = Box<dyn Read + Send>;

/// Decompresses `packed`, over all its members or frames, on a thread of its own once it turns out long.
pub(super) fn reader(packing: Packing, packed: Reader) -> Result<Reader, Reason> {
    Ok(Box::new(Ahead::new(packed, |packed| decompressor(packing, packed))?))
}

fn decompressor(packing: Packing, packed: Reader) -> Result<Reader, Reason> {
    let packed = BufReader::with_capacity(PORTION, packed);
    match packing {
        Packing::Gzip => Ok(Box::new(flate2::bufread::MultiGzDecoder::new(packed))),
        Packing::Lz4 => Ok(Box::new(Lz4Frames(lz4_flex::frame::FrameDecoder::new(packed)))),
        Packing::Zstd => zstd_reader(packed),
        Packing::Xz => xz_reader(packed),
    }
}

#[cfg(feature = "zstd")]
fn zstd_reader(packed: BufReader<Reader>) -> Result<Reader, Reason> {
    let mut reader = zstd::Decoder::with_buffer(packed).map_err(Reason::Io)?;
    reader.window_log_max(ZSTD_WINDOW_LOG_MAX).map_err(Reason::Io)?;
    Ok(Box::new(reader))
}

#[cfg(not(feature = "zstd"))]
fn zstd_reader(_: BufReader<Reader>) -> Result<Reader, Reason> {
    Err(Reason::Feature("zstd"))
}

#[cfg(feature = "xz")]
fn xz_reader(packed: BufReader<Reader>) -> Result<Reader, Reason> {
    use liblzma::stream::{CONCATENATED, Stream};
    let stream = Stream::new_stream_decoder(XZ_MEMORY_MAX, CONCATENATED);
    let stream = stream.map_err(|error| Reason::Io(error.into()))?;
    Ok(Box::new(liblzma::bufread::XzDecoder::new_stream(packed, stream)))
}

#[cfg(not(feature = "xz"))]
fn xz_reader(_: BufReader<Reader>) -> Result<Reader, Reason> {
    Err(Reason::Feature("xz"))
}

/// All frames of an lz4 file: the decoder stops behind each.
struct Lz4Frames(lz4_flex::frame::FrameDecoder<BufReader<Reader>>);

impl Read for Lz4Frames {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let len = self.0.read(into)?;
            if len > 0 || into.is_empty() || self.0.get_mut().fill_buf()?.is_empty() {
                return Ok(len);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::memory::{capture, collect};
    use super::super::write::{Order, Record, Variant, pcap};
    use super::*;
    use crate::limits::Limits;
    use crate::units::Time;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    fn lz4(bytes: &[u8]) -> Vec<u8> {
        use lz4_flex::frame::{BlockSize, FrameEncoder, FrameInfo};
        let info = FrameInfo::new().block_size(BlockSize::Max64KB);
        let mut writer = FrameEncoder::with_frame_info(info, Vec::new());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    #[cfg(feature = "zstd")]
    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 1).unwrap()
    }

    #[cfg(feature = "xz")]
    fn xz(bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        liblzma::read::XzEncoder::new(bytes, 1).read_to_end(&mut packed).unwrap();
        packed
    }

    type Pack = fn(&[u8]) -> Vec<u8>;

    /// Every compression that was built in.
    const PACKS: &[(&str, Pack)] = &[
        ("gzip", gzip),
        ("lz4", lz4),
        #[cfg(feature = "zstd")]
        ("zstd", zstd),
        #[cfg(feature = "xz")]
        ("xz", xz),
    ];

    /// Two thousand packets that do not compress well.
    fn plain() -> Vec<u8> {
        let noise = |n: u32| {
            let mut state = u64::from(n) | 1 << 40;
            let mut next = move || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 33) as u8
            };
            (0..400).map(|_| next()).collect()
        };
        let bytes: Vec<Vec<u8>> = (0..2000).map(noise).collect();
        let record = |(n, bytes)| Record::new(Time(n as i64 * 1000), bytes);
        let records: Vec<_> = bytes.iter().map(Vec::as_slice).enumerate().map(record).collect();
        pcap(Order::Little, Variant::Micro, 1, &records)
    }

    #[test]
    fn every_compression_gives_the_same_packets() {
        let want = collect(&mut *capture(plain(), &Limits::default()).unwrap()).unwrap();
        assert_eq!(want.len(), 2000);
        for (name, pack) in PACKS {
            let mut source = capture(pack(&plain()), &Limits::default()).unwrap();
            assert_eq!(collect(&mut *source).unwrap(), want, "{name}");
            assert_eq!(source.about().compression, Some(*name));
            assert_eq!(source.about().truncated, None, "{name}");
        }
    }

    #[test]
    fn the_position_counts_compressed_bytes() {
        for (name, pack) in PACKS {
            let packed = pack(&plain());
            let len = packed.len() as u64;
            let mut source = capture(packed, &Limits::default()).unwrap();
            assert!(source.position() <= len, "{name}");
            collect(&mut *source).unwrap();
            assert_eq!(source.position(), len, "{name}");
        }
    }

    #[test]
    fn several_members_are_one_capture() {
        let plain = plain();
        let (head, tail) = plain.split_at(10_001);
        for (name, pack) in PACKS {
            let packed = [pack(head), pack(tail)].concat();
            let mut source = capture(packed, &Limits::default()).unwrap();
            assert_eq!(collect(&mut *source).unwrap().len(), 2000, "{name}");
            assert_eq!(source.about().truncated, None, "{name}");
        }
    }

    #[test]
    fn what_came_before_a_cut_or_damage_is_given_out() {
        for (name, pack) in PACKS {
            let mut packed = pack(&plain());
            packed.truncate(packed.len() / 2);
            let mut source = capture(packed.clone(), &Limits::default()).expect(name);
            let cut = collect(&mut *source).unwrap().len();
            assert!((500..1500).contains(&cut), "{name}: {cut}");
            let message = source.about().truncated.clone().unwrap();
            assert!(message.contains("cut") && message.contains("unpacked data"), "{message}");

            let middle = packed.len() / 2;
            packed[middle..].fill(0xff);
            let mut source = capture(packed, &Limits::default()).expect(name);
            let damaged = collect(&mut *source).unwrap().len();
            assert!((1..cut).contains(&damaged), "{name}: {damaged} of {cut}");
            assert!(source.about().truncated.is_some(), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_unpacked_at_all_says_why() {
        for (name, pack) in PACKS {
            let mut packed = pack(&plain());
            packed[8..].fill(0xff);
            let error = capture(packed, &Limits::default()).err().expect(name);
            let Reason::Packed(packing, why) = error else { panic!("{name}: {error:?}") };
            assert_eq!(packing, *name);
            assert!(!why.is_empty());
        }
    }

    #[test]
    fn a_compressed_file_in_a_compressed_file_is_no_capture() {
        let error = capture(gzip(&lz4(&plain())), &Limits::default()).err().unwrap();
        assert!(matches!(error, Reason::Looks(what) if what.contains("inside")));
    }

    #[test]
    fn compressed_text_says_what_it_is() {
        let error = capture(gzip(b"{\"key\": 1}"), &Limits::default()).err().unwrap();
        assert!(matches!(error, Reason::Looks("JSON")), "{error:?}");
    }
}
