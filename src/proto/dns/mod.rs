//! Questions for names and what came of them: DNS over UDP and TCP, mDNS, LLMNR, NetBIOS names.

mod fact;

pub use fact::{Answer, Dialect, Exchange, ExtendedError};
