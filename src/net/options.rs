//! TCP options (RFC 9293 section 3.1, RFC 7323, RFC 2018).

use smallvec::SmallVec;

/// The options that matter for a diagnosis; those that are malformed are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TcpOptions {
    /// Maximum segment size, bytes.
    pub mss: Option<u16>,
    /// Window scale: the shift count as sent (more than 14 counts as 14).
    pub window_scale: Option<u8>,
    /// Selective acknowledgements are understood (in a SYN).
    pub sack_permitted: bool,
    /// Selective acknowledgements: first sequence number of a block, and the one behind its last.
    pub sack: SmallVec<[(u32, u32); 4]>,
    /// Timestamp and echo reply.
    pub timestamp: Option<(u32, u32)>,
}

/// Reads TCP options, as far as they can be told apart.
pub fn tcp_options(mut bytes: &[u8]) -> TcpOptions {
    let mut options = TcpOptions::default();
    while let [kind, rest @ ..] = bytes {
        match kind {
            0 => break,
            1 => bytes = rest,
            _ => {
                let Some((body, behind)) = option(rest) else { break };
                options.put(*kind, body);
                bytes = behind;
            }
        }
    }
    options
}

/// The body of an option, and what lies behind it; the length counts kind and length too.
fn option(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(*length).checked_sub(2)?)
}

impl TcpOptions {
    fn put(&mut self, kind: u8, body: &[u8]) {
        match (kind, body) {
            (2, &[a, b]) => self.mss = Some(u16::from_be_bytes([a, b])),
            (3, &[shift]) => self.window_scale = Some(shift),
            (4, []) => self.sack_permitted = true,
            (5, blocks) => self.sack.extend(blocks.chunks_exact(8).filter_map(pair)),
            (8, stamps) if stamps.len() == 8 => self.timestamp = pair(stamps),
            _ => {}
        }
    }
}

fn pair(bytes: &[u8]) -> Option<(u32, u32)> {
    let (first, rest) = bytes.split_first_chunk()?;
    Some((u32::from_be_bytes(*first), u32::from_be_bytes(*rest.first_chunk()?)))
}
