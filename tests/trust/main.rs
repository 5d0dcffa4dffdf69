//! Certificates and trust against what was not written here: the openssl command, rustls-webpki, real captures.
// A test that is skipped says why.
#![allow(clippy::print_stdout)]

mod chains;
mod corpus;
mod exchange;
mod lab;
mod traffic;
