//! Hostile bytes for `distinguished_name`.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| drop(finwhale::wire::x509::distinguished_name(data)));
