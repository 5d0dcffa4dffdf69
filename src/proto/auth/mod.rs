//! Tokens of GSS-API, NTLM and SPNEGO, whatever carries them: HTTP now; SMB, LDAP and DCE/RPC hand theirs over the same way.

mod fact;
mod session;
mod unread;

pub use fact::{Carrier, Fact, Mechanism, Ntlm, NtlmVersion, Spnego};
pub use session::{Seen, Session};
pub use unread::kerberos_answer;

#[cfg(test)]
mod tests;
