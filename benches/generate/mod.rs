//! Makes captures of any size whose contents are known, out of the cases in captures/.
//!
//! Whole cases are copied, many at a time, in the order of time. Every copy has addresses and client ports of its own, and
//! checksums to match; data, sequence numbers and the time from packet to packet stay as captured. So a copy holds the
//! same facts as its case, and what is to be found in the whole capture is what was found in each case, times its
//! copies. Between the cases go large transfers, made here. The same seed gives the same bytes.
//!
//! What does not stay the same is the day: clocks that hosts tell of (Kerberos, HTTP, NTLM, NTP) are hours off. Names and
//! certificates are few and come often. All is whole: no packet is lost, cut or doubled, and few are out of order.

mod active;
pub(crate) mod case;
mod hosts;
pub(crate) mod mix;
mod packet;
mod pcap;
mod random;
pub(crate) mod schedule;
mod script;
pub(crate) mod tally;
mod transfer;
