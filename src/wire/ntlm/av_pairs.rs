//! AV pairs (MS-NLMP section 2.2.2.1): what a server says of itself, and what a client adds to it.

use super::text::utf16;
use crate::wire::Error;
use crate::wire::cursor::Cursor;
use crate::wire::filetime;

/// What a list of AV pairs says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AvPairs {
    /// NetBIOS name of the server.
    pub computer: Option<Box<str>>,
    /// NetBIOS name of its domain.
    pub domain: Option<Box<str>>,
    /// DNS name of the server.
    pub dns_computer: Option<Box<str>>,
    /// DNS name of its domain.
    pub dns_domain: Option<Box<str>>,
    /// DNS name of its forest.
    pub dns_forest: Option<Box<str>>,
    /// Flags of MsvAvFlags.
    pub flags: u32,
    /// The server's time, nanoseconds since 1970.
    pub stamp: Option<i64>,
    /// The service that the client wants, as it understands it: `cifs/fs1`.
    pub target: Option<Box<str>>,
    /// Channel bindings are there, and not zero.
    pub channel_bound: bool,
}

impl AvPairs {
    /// Bit of MsvAvFlags: message 3 has a message integrity code.
    const MIC: u32 = 0x2;

    /// Message 3 has a message integrity code.
    pub fn has_mic(&self) -> bool {
        self.flags & Self::MIC != 0
    }

    /// The names of the server and its domain, NetBIOS first, each once.
    pub fn names(&self) -> Vec<Box<str>> {
        let all = [&self.computer, &self.domain, &self.dns_computer, &self.dns_domain];
        let mut names: Vec<Box<str>> = Vec::new();
        for name in all.into_iter().flatten().chain(&self.dns_forest) {
            if !name.is_empty() && !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }
}

/// Reads pairs up to the end mark, or to the end of `bytes`; what was readable, and the flaw that ended it.
pub fn av_pairs(bytes: &[u8]) -> (AvPairs, Option<Error>) {
    let mut pairs = AvPairs::default();
    let mut cursor = Cursor::new(bytes);
    while !cursor.is_empty() {
        match pair(&mut pairs, &mut cursor) {
            Ok(true) => {}
            Ok(false) => break,
            Err(flaw) => return (pairs, Some(flaw)),
        }
    }
    (pairs, None)
}

/// Reads one pair; false at the end mark.
fn pair(pairs: &mut AvPairs, cursor: &mut Cursor<'_>) -> Result<bool, Error> {
    let id = cursor.u16_le("AvId")?;
    let len = cursor.u16_le("AvLen")?;
    if id != 0 {
        note(pairs, id, cursor.sub(usize::from(len), "Value")?)?;
    }
    Ok(id != 0)
}

fn note(pairs: &mut AvPairs, id: u16, mut value: Cursor<'_>) -> Result<(), Error> {
    let name = || Some(utf16(value.rest()));
    match id {
        1 => pairs.computer = name(),
        2 => pairs.domain = name(),
        3 => pairs.dns_computer = name(),
        4 => pairs.dns_domain = name(),
        5 => pairs.dns_forest = name(),
        6 => pairs.flags = value.u32_le("MsvAvFlags")?,
        7 => pairs.stamp = filetime::nanoseconds(value.u64_le("MsvAvTimestamp")?),
        9 => pairs.target = name(),
        10 => pairs.channel_bound = value.rest().iter().any(|byte| *byte != 0),
        _ => {}
    }
    Ok(())
}
