//! Hostile bytes for `ntlm::message`.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| drop(finwhale::wire::ntlm::message(data)));
