//! What web servers and proxies refused.
