//! Hostile bytes for `certificates`.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| drop(finwhale::wire::tls::certificates(data)));
