//! Requests that went well, folded.

use super::{Facts, Spans};
use crate::proto::http::Exchange;
use crate::units::{At, Ends, SECOND};

/// Redirects that are kept of one client and one server.
const REDIRECTS_MAX: u32 = 64;

/// Clients that expect a 100 wait this long at least before they send their body all the same.
const WAIT_NS: i64 = 3 * SECOND / 10;

/// What one client achieved with one web server (or proxy).
#[derive(Clone, Debug, Default)]
pub struct Web {
    /// Responses of 200 to 399.
    pub served: Spans,
    /// Responses of 200 to 399 to requests that showed credentials, or that followed accepted ones on their connection.
    pub let_in: Spans,
    /// Redirects that were kept.
    pub redirects: u32,
}

impl Facts {
    /// Folds what went well; whether the exchange is kept.
    pub(super) fn fold_http(&mut self, exchange: &Exchange, at: At, ends: &Ends) -> bool {
        let Some(status) = exchange.status else { return true };
        if exchange.revocation || status == 100 || status >= 400 {
            if (200..400).contains(&status) {
                self.web(ends, |web| web.serve(exchange, at));
            }
            return true;
        }
        let redirects = is_redirect(exchange);
        let mut keep = waited_in_vain(exchange);
        self.web(ends, |web| {
            if status >= 200 {
                web.serve(exchange, at);
            }
            let room = redirects && web.redirects < REDIRECTS_MAX;
            web.redirects += u32::from(room);
            keep |= room;
        });
        keep
    }

    fn web(&mut self, ends: &Ends, change: impl FnOnce(&mut Web)) {
        let key = (ends.client.addr, ends.server);
        if !self.room.fold(&mut self.web, key, change) {
            self.lose("web_servers");
        }
    }
}

impl Web {
    fn serve(&mut self, exchange: &Exchange, at: At) {
        self.served.add(at.time);
        let shown = exchange.credentials.is_some() || exchange.proxy_credentials.is_some();
        if shown || exchange.authenticated {
            self.let_in.add(at.time);
        }
    }
}

/// A redirect as sign-ins use them, from page to page.
fn is_redirect(exchange: &Exchange) -> bool {
    matches!(exchange.status, Some(302 | 303 | 307)) && exchange.location.is_some()
}

/// The client waited for a 100 that never came.
fn waited_in_vain(exchange: &Exchange) -> bool {
    let (Some(body), Some(request)) = (exchange.body, exchange.request) else { return false };
    let unanswered = exchange.expects_continue && exchange.continued.is_none();
    unanswered && body.time.since(request.time) >= WAIT_NS
}
