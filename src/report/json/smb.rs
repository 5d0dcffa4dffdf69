//! The keys of `smb.error`.

use crate::codes;
use crate::proto::smb::{Fact, Failure};
use crate::wire::smb1::{self, Status};
use crate::wire::smb2;
use serde::Serialize;

/// Keys.
#[derive(Serialize)]
pub(super) struct Smb<'a> {
    dialect: &'static str,
    command: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dos_class: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dos_code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
}

/// The keys of a fact.
pub(super) fn keys(fact: &Fact) -> Smb<'_> {
    let Fact::Failure(failure) = fact;
    let (status, dos) = match failure.status {
        Status::Nt(status) => (Some(status), None),
        Status::Dos { class, code } => (None, Some((class, code))),
    };
    Smb {
        dialect: if failure.dialect == 1 { "smb1" } else { "smb2" },
        command: command(failure),
        status: status.map(|status| format!("{status:#010x}")),
        status_name: status.and_then(codes::ntstatus_name),
        dos_class: dos.map(|(class, _)| class),
        dos_code: dos.map(|(_, code)| code),
        name: failure.name.as_deref(),
        user: failure.user.as_deref(),
    }
}

/// `TREE_CONNECT`; a number without a name: `0x1a`.
fn command(failure: &Failure) -> String {
    let name = match failure.dialect {
        1 => u8::try_from(failure.command).ok().and_then(smb1::command_name),
        _ => smb2::command_name(failure.command),
    };
    name.map_or_else(|| format!("{:#04x}", failure.command), str::to_owned)
}
