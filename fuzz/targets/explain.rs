//! Hostile bytes for `explain`.
#![no_main]
libfuzzer_sys::fuzz_target!(|text: &str| drop(finwhale::codes::explain(text)));
