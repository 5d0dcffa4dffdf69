//! finwhale reads network captures and says why a handshake or an authentication failed.

pub mod cli;
pub mod codes;
pub mod facts;
pub mod finding;
pub mod flow;
pub mod limits;
pub mod net;
pub mod pipeline;
pub mod proto;
pub mod report;
pub mod rules;
pub mod source;
pub mod trust;
pub mod units;
pub mod wire;
