//! Requests that went well, folded.

use super::fold::entry;
use super::{Facts, Spans};
use crate::proto::http::Exchange;
use crate::units::{At, Ends};

/// Redirects to a sign-in that are kept of one client and one server.
const REDIRECTS_MAX: u32 = 64;

/// Words of addresses that lead to a sign-in, or back from it.
const SIGN_IN: &[&str] = &[
    "login",
    "logon",
    "signin",
    "sign-in",
    "saml",
    "oauth",
    "openid",
    "authorize",
    "adfs",
    "wsfed",
    "wsignin",
    "wa=wsign",
    "/sso",
    "sso.",
    "/auth",
    "callback",
    "returnurl",
    "redirect_uri",
    "idp",
];

/// What one client achieved with one web server (or proxy).
#[derive(Clone, Debug, Default)]
pub struct Web {
    /// Responses of 200 to 399.
    pub served: Spans,
    /// Responses of 200 to 399 to requests that showed credentials, or that followed them on their connection.
    pub let_in: Spans,
    /// Responses below 400 to CONNECT.
    pub tunnels: Spans,
    /// Redirects to a sign-in that were kept.
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
        let mut keep = false;
        self.web(ends, |web| {
            if status >= 200 {
                web.serve(exchange, at);
            }
            keep = redirects && web.redirects < REDIRECTS_MAX;
            web.redirects += u32::from(keep);
        });
        keep
    }

    fn web(&mut self, ends: &Ends, change: impl FnOnce(&mut Web)) {
        let key = (ends.client.addr, ends.server);
        match entry(&mut self.web, key, self.limits.aggregates) {
            Some(web) => change(web),
            None => *self.lost.entry("web_servers").or_default() += 1,
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
        if &*exchange.method == "CONNECT" {
            self.tunnels.add(at.time);
        }
    }
}

/// A redirect to a sign-in, or back from one.
fn is_redirect(exchange: &Exchange) -> bool {
    let moved = matches!(exchange.status, Some(301 | 302 | 303 | 307 | 308));
    let Some(location) = exchange.location.as_deref().filter(|_| moved) else { return false };
    let leads = |address: &str| {
        let address = address.to_ascii_lowercase();
        SIGN_IN.iter().any(|word| address.contains(word))
    };
    leads(location) || leads(&exchange.uri)
}
