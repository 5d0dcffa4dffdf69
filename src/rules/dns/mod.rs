//! Names that were not found, and what came of it.

pub(super) mod name_fallback;
pub(super) mod nodata;
mod noise;
pub(super) mod nxdomain;
pub(super) mod refused;
mod resolved;
mod resolver;
pub(super) mod servfail;
pub(super) mod srv_ad;
pub(super) mod tc_no_tcp;
#[cfg(test)]
mod testing;
pub(super) mod timeout;
mod want;
pub(super) mod wrong_addr;

pub(super) use want::{Try, tries};
