//! Hostile bytes for `sslv2_client_hello`.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| drop(finwhale::wire::tls::sslv2_client_hello(data)));
