//! How requests and errors of Kerberos are put into words.

use super::failure::Failure;
use crate::codes;
use crate::proto::krb5::{KrbError, Request};
use crate::rules::{Found, words};
use std::borrow::Cow;

/// `AS-REQ`
pub(super) fn request(request: Request) -> &'static str {
    match request {
        Request::As => "AS-REQ",
        Request::Tgs => "TGS-REQ",
        Request::Ap => "AP-REQ",
    }
}

/// `KDC_ERR_CLIENT_REVOKED (18, NT status 0xc0000234 STATUS_ACCOUNT_LOCKED_OUT, text "LOCKED_OUT")`
pub(super) fn error(error: &KrbError) -> String {
    let status = error.nt_status.map(|status| format!(", NT status {}", self::status(status)));
    let text = error.e_text.as_deref().filter(|text| !text.is_empty());
    let text = text.map(|text| format!(", text \"{}\"", words::name(text)));
    format!(
        "{} ({}{}{})",
        codes::kerberos_name(error.code),
        error.code,
        status.unwrap_or_default(),
        text.unwrap_or_default()
    )
}

/// `0xc0000234 STATUS_ACCOUNT_LOCKED_OUT`
fn status(status: u32) -> String {
    match codes::ntstatus_name(status) {
        Some(name) => format!("0x{status:08x} {name}"),
        None => format!("0x{status:08x}"),
    }
}

/// `found`, quoting the codes of an error.
pub(super) fn codes<'a>(found: Found<'a>, error: &KrbError) -> Found<'a> {
    let found = found.code("kerberos", error.code.into(), codes::kerberos_name(error.code));
    match error.nt_status {
        Some(status) => {
            let name = codes::ntstatus_name(status).map(Cow::Borrowed);
            let name = name.unwrap_or_else(|| Cow::Owned(format!("0x{status:08x}")));
            found.code("ntstatus", status.into(), name)
        }
        None => found,
    }
}

/// What the client offered, and what the account has.
pub(super) fn etypes(failure: &Failure<'_>) -> String {
    let offered = &failure.asked.exchange.etypes;
    let hints = &failure.error.hints;
    let mut text = String::new();
    if !offered.is_empty() {
        text = format!(" The client offers {}.", list(offered.iter().copied()));
    }
    if !hints.is_empty() {
        let known = list(hints.iter().map(|hint| hint.etype));
        text = format!("{text} The account has {known}.");
    }
    text
}

/// `aes256-cts-hmac-sha1-96 (18), rc4-hmac (23)`
pub(super) fn list(etypes: impl Iterator<Item = i32>) -> String {
    words::list(etypes.map(|etype| format!("{} ({etype})", codes::etype_name(etype))))
}
