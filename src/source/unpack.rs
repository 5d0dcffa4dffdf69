//! Decompressors around a capture: streaming, in bounded memory.

use super::Reason;
use std::io::{BufReader, Read};

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

/// Decompresses `packed`, over all its members or frames.
pub(super) fn reader(packing: Packing, packed: Reader) -> Result<Reader, Reason> {
    let packed = BufReader::with_capacity(PORTION, packed);
    match packing {
        Packing::Gzip => Ok(Box::new(flate2::bufread::MultiGzDecoder::new(packed))),
        Packing::Lz4 => Ok(Box::new(lz4_flex::frame::FrameDecoder::new(packed))),
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
