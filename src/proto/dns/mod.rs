//! Questions for names and what came of them: DNS over UDP and TCP, mDNS, LLMNR, NetBIOS names.

mod answer;
mod datagram;
mod exchanges;
mod fact;
mod looks;
mod stream;

pub use datagram::PROTOCOL;
pub use fact::{Answer, Dialect, Exchange, ExtendedError};
pub use stream::PROTOCOL as OVER_TCP;

#[cfg(test)]
mod tests;
