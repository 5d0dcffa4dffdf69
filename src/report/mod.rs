//! The report in several formats; none of them knows a protocol.
