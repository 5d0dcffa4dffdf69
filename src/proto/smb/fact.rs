//! What happened over SMB.

use crate::wire::smb1::{self, Status};

/// A fact of SMB. Logons are [`crate::proto::auth::Fact`]s and [`crate::proto::krb5::Fact`]s.
#[derive(Clone, Debug)]
pub enum Fact {
    /// See [`Failure`].
    Failure(Box<Failure>),
}

/// `smb.error`: a response whose status is neither success nor a normal step. Stands at the response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// 1, or 2 for SMB 2 and 3.
    pub dialect: u8,
    /// The command's number.
    pub command: u16,
    /// What the server says.
    pub status: Status,
    /// What was asked for: the share of a TREE_CONNECT, the path or pipe of a CREATE.
    pub name: Option<Box<str>>,
    /// Who asked, where an NTLM logon of the same session says so.
    pub user: Option<Box<str>>,
}

impl Failure {
    /// The failure that a response of SMB 1 tells, if any.
    pub(super) fn of_smb1(header: &smb1::Header) -> Option<Self> {
        let failed = match header.status {
            Status::Nt(status) => is_failure(status),
            Status::Dos { class, .. } => class != 0,
        };
        let (command, status) = (header.command.into(), header.status);
        (header.reply && failed).then_some(Self {
            dialect: 1,
            command,
            status,
            name: None,
            user: None,
        })
    }
}

/// Statuses that are normal steps: more processing required, pending, no more files, buffer overflow, no more entries,
/// cancelled, notify enum dir.
const NORMAL: [u32; 7] =
    [0xc000_0016, 0x0000_0103, 0x8000_001a, 0x8000_0005, 0x8000_0006, 0xc000_0120, 0x0000_010c];

/// A status other than success and the normal steps.
pub(super) fn is_failure(status: u32) -> bool {
    status != 0 && !NORMAL.contains(&status)
}
