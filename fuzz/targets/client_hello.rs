//! Hostile bytes for `client_hello`.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| drop(finwhale::wire::tls::client_hello(data)));
