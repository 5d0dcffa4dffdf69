//! Hostile bytes for `server_hello`.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| drop(finwhale::wire::tls::server_hello(data)));
