//! Kerberos: exchanges with a KDC, tickets shown to services, changes of passwords.

mod fact;

pub use fact::{EtypeInfo, Exchange, Fact, KrbError, Outcome, PasswordChange, Place, Request};
