//! SMB 2 and 3: the header (MS-SMB2 section 2.2.1), and of the bodies what tells who wanted what.

mod body;

pub use body::{Negotiated, create_name, negotiated, request_token, response_token, tree_path};

#[cfg(test)]
mod tests;

use super::cursor::Cursor;
use super::{Error, ErrorKind};

/// How a message begins.
pub const MAGIC: &[u8; 4] = b"\xfeSMB";

/// How an encrypted message begins (MS-SMB2 section 2.2.41).
pub const ENCRYPTED: &[u8; 4] = b"\xfdSMB";

/// How a compressed message begins (MS-SMB2 section 2.2.42).
pub const COMPRESSED: &[u8; 4] = b"\xfcSMB";

/// Bytes of a header.
pub const HEADER_BYTES: usize = 64;

/// NEGOTIATE
pub const NEGOTIATE: u16 = 0;
/// SESSION_SETUP
pub const SESSION_SETUP: u16 = 1;
/// LOGOFF
pub const LOGOFF: u16 = 2;
/// TREE_CONNECT
pub const TREE_CONNECT: u16 = 3;
/// CREATE
pub const CREATE: u16 = 5;
/// READ
pub const READ: u16 = 8;
/// WRITE
pub const WRITE: u16 = 9;

/// The names of the commands, by number.
const COMMANDS: [&str; 19] = [
    "NEGOTIATE",
    "SESSION_SETUP",
    "LOGOFF",
    "TREE_CONNECT",
    "TREE_DISCONNECT",
    "CREATE",
    "CLOSE",
    "FLUSH",
    "READ",
    "WRITE",
    "LOCK",
    "IOCTL",
    "CANCEL",
    "ECHO",
    "QUERY_DIRECTORY",
    "CHANGE_NOTIFY",
    "QUERY_INFO",
    "SET_INFO",
    "OPLOCK_BREAK",
];

/// SMB2_FLAGS_SERVER_TO_REDIR
const RESPONSE: u32 = 1;

/// SMB2_FLAGS_ASYNC_COMMAND
const ASYNC: u32 = 2;

/// A header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// NTSTATUS; in requests of SMB 3 the channel sequence.
    pub status: u32,
    /// The command's number.
    pub command: u16,
    /// SMB2_FLAGS_*
    pub flags: u32,
    /// Bytes from this header to the next of a compound; 0 in the last.
    pub next: u32,
    /// Pairs a response with its request.
    pub message_id: u64,
    /// The share; asynchronous messages have none.
    pub tree_id: Option<u32>,
    /// The session; 0 before it has a number.
    pub session_id: u64,
}

impl Header {
    /// A server sent it.
    pub fn is_response(&self) -> bool {
        self.flags & RESPONSE != 0
    }
}

/// The header at the start of `bytes`.
///
/// # Errors
/// `Short`, or `Invalid` where it is no header.
pub fn header(bytes: &[u8]) -> Result<Header, Error> {
    let mut cursor = Cursor::new(bytes);
    if cursor.take(4, "ProtocolId")? != MAGIC {
        return Err(Error { field: "ProtocolId", at: 0, kind: ErrorKind::Invalid });
    }
    if usize::from(cursor.u16_le("StructureSize")?) != HEADER_BYTES {
        return Err(Error { field: "StructureSize", at: 4, kind: ErrorKind::Invalid });
    }
    cursor.u16_le("CreditCharge")?;
    let status = cursor.u32_le("Status")?;
    let command = cursor.u16_le("Command")?;
    cursor.u16_le("Credit")?;
    let flags = cursor.u32_le("Flags")?;
    let next = cursor.u32_le("NextCommand")?;
    let message_id = cursor.u64_le("MessageId")?;
    cursor.u32_le("Reserved")?;
    let tree = cursor.u32_le("TreeId")?;
    let tree_id = (flags & ASYNC == 0).then_some(tree);
    let session_id = cursor.u64_le("SessionId")?;
    cursor.take(16, "Signature")?;
    Ok(Header { status, command, flags, next, message_id, tree_id, session_id })
}

/// The name of a command: `TREE_CONNECT`; `None` for a number that is none.
pub fn command_name(command: u16) -> Option<&'static str> {
    COMMANDS.get(usize::from(command)).copied()
}
