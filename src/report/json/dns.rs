//! The keys of `dns.error` and `dns.unanswered`.

use crate::proto::dns::Exchange;
use serde::Serialize;

/// Keys of the two kinds.
#[derive(Serialize)]
pub(super) struct Dns<'a> {
    qname: &'a str,
    qtype: u16,
}

/// Kind and keys; an answer without an error is no fact of the report.
pub(super) fn keys(_exchange: &Exchange) -> Option<(&'static str, Dns<'_>)> {
    None
}
