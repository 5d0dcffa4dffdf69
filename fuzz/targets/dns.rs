//! Hostile bytes for all that is read of DNS messages.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| drop(finwhale::wire::dns::read_all(data)));
