//! Hostile bytes for `certificate_request`.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: (&[u8], bool)| drop(finwhale::wire::tls::certificate_request(
    data.0, data.1
)));
