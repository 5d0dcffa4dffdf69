//! Hostile bytes for `server_key_exchange`.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: (&[u8], u16, bool)| drop(
    finwhale::wire::tls::server_key_exchange(data.0, data.1, data.2)
));
