//! HTTP/2 (RFC 9113): frames, and header blocks in HPACK (RFC 7541).

mod frame;
mod hpack;
mod huffman;
mod table;

pub use frame::{Frame, HEADER, PREFACE, block, flag, frame, kind, promise};
pub use hpack::{Field, Name, fields};
pub use table::{STATIC_ENTRIES, entry};
