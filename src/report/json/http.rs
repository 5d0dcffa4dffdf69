//! The keys of `http.status`.

use crate::proto::http::{Challenge, Exchange};
use serde::Serialize;

/// The status that lets a client go on with its body.
const CONTINUE: u16 = 100;

/// Keys.
#[derive(Serialize)]
pub(super) struct Http<'a> {
    status: u16,
    #[serde(skip_serializing_if = "str::is_empty")]
    method: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    schemes: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_frame: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'a str>,
}

/// The keys of a response of 400 or above, or of a 100; others are no fact of the report.
pub(super) fn keys(exchange: &Exchange) -> Option<Http<'_>> {
    let status = exchange.status.filter(|status| *status >= 400 || *status == CONTINUE)?;
    let challenges = exchange.challenges.iter().chain(&exchange.proxy_challenges);
    Some(Http {
        status,
        method: &exchange.method,
        uri: &exchange.uri,
        host: exchange.host.as_deref(),
        schemes: challenges.map(|Challenge { scheme, .. }| scheme.name()).collect(),
        request_frame: exchange.request.map(|at| at.frame.number()),
        user_agent: exchange.user_agent.as_deref(),
    })
}
