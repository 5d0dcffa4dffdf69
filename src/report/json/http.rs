//! The keys of `http.status`.

use crate::proto::http::Exchange;
use serde::Serialize;

/// Keys.
#[derive(Serialize)]
pub(super) struct Http<'a> {
    status: u16,
    method: &'a str,
}

/// The keys of a response of 400 or above, or of a 100; others are no fact of the report.
pub(super) fn keys(_exchange: &Exchange) -> Option<Http<'_>> {
    None
}
