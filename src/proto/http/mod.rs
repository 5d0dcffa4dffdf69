//! HTTP/1 on any port and HTTP/2 in clear: requests paired with responses, bodies passed over.

mod fact;

pub use fact::{Challenge, Credentials, Exchange, Scheme, Version};
