//! Hostile bytes for `spnego::token`, and for the tokens inside.
#![no_main]
use finwhale::wire::spnego::{Init, Response, Token, token};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(
        Token::Init(Init { token: Some(inner), .. }) | Token::Response(Response { token: Some(inner), .. }),
    ) = token(data)
    {
        drop(token(inner));
    }
});
