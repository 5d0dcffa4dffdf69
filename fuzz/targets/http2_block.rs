//! Hostile bytes for header blocks in HPACK.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| drop(finwhale::wire::http2::fields(data).count()));
