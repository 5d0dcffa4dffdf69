//! What web servers and proxies refused.

pub(super) mod active_sync;
pub(super) mod certificate;
pub(super) mod header_toobig;
mod in_vain;
pub(super) mod neg_fallback;
pub(super) mod noscheme;
pub(super) mod ntlm_split;
pub(super) mod proxy;
pub(super) mod redirect;
pub(super) mod refused;
pub(super) mod server_error;
pub(super) mod stall;
mod web;

#[cfg(test)]
mod testing;
