//! Hostile bytes for `ntp::packet`.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| drop(finwhale::wire::ntp::packet(data)));
