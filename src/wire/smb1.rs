//! SMB 1, also called CIFS: the header (MS-CIFS section 2.2.3.1).

use super::cursor::Cursor;
use super::{Error, ErrorKind};

/// How a message begins.
pub const MAGIC: &[u8; 4] = b"\xffSMB";

/// Bytes of a header.
pub const HEADER_BYTES: usize = 32;

/// SESSION_SETUP_ANDX
pub const SESSION_SETUP: u8 = 0x73;

/// SMB_FLAGS_REPLY
const REPLY: u8 = 0x80;

/// SMB_FLAGS2_NT_STATUS
const NT_STATUS: u16 = 0x4000;

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// NTSTATUS
    Nt(u32),
    /// What DOS, OS/2 and Windows 9x understand.
    Dos {
        /// ErrorClass: 1 ERRDOS, 2 ERRSRV, 3 ERRHRD
        class: u8,
        /// ErrorCode
        code: u16,
    },
}

/// A header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The command's number.
    pub command: u8,
    /// What came of it.
    pub status: Status,
    /// A server sent it.
    pub reply: bool,
}

/// The header at the start of `bytes`.
///
/// # Errors
/// `Short`, or `Invalid` where it is no header.
pub fn header(bytes: &[u8]) -> Result<Header, Error> {
    let mut cursor = Cursor::new(bytes);
    if cursor.take(4, "Protocol")? != MAGIC {
        return Err(Error { field: "Protocol", at: 0, kind: ErrorKind::Invalid });
    }
    let command = cursor.u8("Command")?;
    let status = cursor.array::<4>("Status")?;
    let flags = cursor.u8("Flags")?;
    let flags2 = cursor.u16_le("Flags2")?;
    cursor.take(20, "TID")?;
    let status = if flags2 & NT_STATUS != 0 {
        Status::Nt(u32::from_le_bytes(status))
    } else {
        let [class, _, low, high] = status;
        Status::Dos { class, code: u16::from_le_bytes([low, high]) }
    };
    Ok(Header { command, status, reply: flags & REPLY != 0 })
}

/// The name of a command (MS-CIFS section 2.2.2.1), for those that are in use; `None` for others.
pub fn command_name(command: u8) -> Option<&'static str> {
    Some(match command {
        0x00 => "CREATE_DIRECTORY",
        0x01 => "DELETE_DIRECTORY",
        0x04 => "CLOSE",
        0x05 => "FLUSH",
        0x06 => "DELETE",
        0x07 => "RENAME",
        0x08 => "QUERY_INFORMATION",
        0x09 => "SET_INFORMATION",
        0x0a => "READ",
        0x0b => "WRITE",
        0x10 => "CHECK_DIRECTORY",
        0x24 => "LOCKING_ANDX",
        0x25 => "TRANSACTION",
        0x2b => "ECHO",
        0x2d => "OPEN_ANDX",
        0x2e => "READ_ANDX",
        0x2f => "WRITE_ANDX",
        0x32 => "TRANSACTION2",
        0x34 => "FIND_CLOSE2",
        0x70 => "TREE_CONNECT",
        0x71 => "TREE_DISCONNECT",
        0x72 => "NEGOTIATE",
        0x73 => "SESSION_SETUP_ANDX",
        0x74 => "LOGOFF_ANDX",
        0x75 => "TREE_CONNECT_ANDX",
        0xa0 => "NT_TRANSACT",
        0xa2 => "NT_CREATE_ANDX",
        0xa4 => "NT_CANCEL",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(status: [u8; 4], flags2: u16) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.push(0x75);
        bytes.extend(status);
        bytes.push(REPLY);
        bytes.extend(flags2.to_le_bytes());
        bytes.extend([0; 20]);
        bytes
    }

    #[test]
    fn a_flag_says_how_the_status_is_written() {
        let nt = header(&message([0xcc, 0, 0, 0xc0], NT_STATUS)).expect("a header");
        assert_eq!(nt.status, Status::Nt(0xc000_00cc));
        let dos = header(&message([2, 0, 6, 0], 0)).expect("a header");
        assert_eq!(dos.status, Status::Dos { class: 2, code: 6 });
        assert!(dos.reply);
        assert_eq!(command_name(dos.command), Some("TREE_CONNECT_ANDX"));
    }

    #[test]
    fn what_is_cut_off_or_another_protocol_is_no_header() {
        let whole = message([0; 4], 0);
        assert!((0..whole.len()).all(|len| header(&whole[..len]).is_err()));
        assert!(header(&[0xfe; 64]).is_err());
    }
}
