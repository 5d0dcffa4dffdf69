//! The report in several formats; none of them knows a protocol's logic.

pub mod escape;
pub mod json;
mod stamp;
pub mod text;
pub mod totals;
