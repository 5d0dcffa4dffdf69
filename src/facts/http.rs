//! Requests that went well, folded.

use super::{Facts, Spans};
use crate::proto::http::Exchange;
use crate::units::{At, Ends};

/// What one client achieved with one web server (or proxy).
#[derive(Clone, Debug, Default)]
pub struct Web {
    /// Responses of 200 to 399.
    pub served: Spans,
    /// Responses of 200 to 399 to requests that showed credentials, or that followed them on their connection.
    pub let_in: Spans,
    /// Responses below 400 to CONNECT.
    pub tunnels: Spans,
}

impl Facts {
    /// Folds what went well; whether the exchange is kept.
    pub(super) fn fold_http(&mut self, _exchange: &Exchange, _at: At, _ends: &Ends) -> bool {
        true
    }
}
