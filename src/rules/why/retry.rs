//! HelloRetryRequests that lead nowhere.

use super::Reason;
use crate::codes::group_name;
use crate::facts::Facts;
use crate::finding::Confidence::{Certain, Likely};
use crate::rules::attempt::Attempt;
use crate::rules::certificate::Said;
use crate::rules::words::{self, list};

/// The server asked for another hello, and the second one did not help.
pub(in crate::rules) fn hello_retry_loop<'a>(
    _: &'a Facts,
    attempt: &Attempt<'a>,
) -> Option<Reason<'a>> {
    let hello = attempt.hello()?;
    let retries = attempt.handshake.retries;
    if retries == 0 || attempt.steps().server_encrypted.is_some() {
        return None;
    }
    let asked = attempt.handshake.retry_group;
    let impossible = asked.is_some_and(|group| !hello.groups.contains(&group));
    let alert = attempt.fatal_alert().map(|(_, code)| code);
    let confidence = match alert {
        _ if retries > 1 || impossible => Certain,
        Some(10 | 40 | 47) => Likely,
        _ => return None,
    };
    let attempt = *attempt;
    let reason = Reason::new("tls-hrr-loop", confidence, move || {
        let service = attempt.service();
        let group = asked.map_or_else(|| "no group".to_owned(), group_name);
        let offered = list(hello.groups.iter().map(|group| group_name(*group)));
        Said {
            short: format!("the hello retry for {group} leads nowhere"),
            cause: format!(
                "{service} asked {} to come again with a key for {group}; {} offers {offered}, and the second hello \
                 did not settle it.",
                words::counted(retries.into(), "time"),
                words::CLIENT
            ),
            remedy: format!(
                "Enable a common group on both sides, and update the side that does not follow RFC 8446 section 4.1.4 \
                 ({service} or {}).",
                words::CLIENT
            ),
        }
    });
    Some(reason.shown(attempt.steps().hello_retry, "HelloRetryRequest"))
}
