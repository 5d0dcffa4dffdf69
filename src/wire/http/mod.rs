//! HTTP/1 (RFC 9110, RFC 9112): header sections, chunk sizes, credentials and challenges, dates, the words of a page.

mod auth;
mod chunk;
mod date;
mod head;
mod start;
mod words;

pub use auth::{ChallengeText, challenges, credentials, parameter, token};
pub use chunk::chunk_size;
pub use date::date;
pub use head::{HEAD_BYTES_MAX, Head, head_end};
pub use start::{Start, request_line, start, status_line};
pub use words::words;
