//! Changes of passwords (RFC 3244): an exchange that shows a ticket for kadmin/changepw, and the result.

use super::dialogue::Dialogue;
use super::{Exchanges, Fact, PasswordChange, Place, told, verdict};
use crate::proto::{self, Chunk, Out, Verdict};
use crate::wire::krb5::{self as wire, Message};

/// The exchanges of a conversation with kpasswd.
pub(super) struct Changes(Exchanges);

impl Changes {
    pub(super) fn new() -> Self {
        Self(Exchanges::new(Place::Kpasswd))
    }

    /// An error that has a result in it, and which.
    fn refused(
        &mut self,
        message: &Message<'_>,
        chunk: Chunk<'_>,
        out: &mut Out<'_>,
    ) -> Option<PasswordChange> {
        let Message::Error(error) = message else { return None };
        let (result, text) = wire::kpasswd_result(error.e_data?)?;
        let exchange = self.0.refused(error, chunk, out)?;
        Some(PasswordChange { result, text: told::words(text), exchange })
    }
}

impl Dialogue for Changes {
    const START: fn(&[u8]) -> Verdict = |bytes| verdict(wire::kpasswd_start(bytes));

    fn message(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) {
        let Ok(bytes) = wire::kpasswd(chunk.bytes) else { return };
        let Ok(message) = wire::parse(bytes) else { return };
        match self.refused(&message, chunk, out) {
            Some(change) => {
                let fact = Fact::PasswordChange(Box::new(change));
                out.emit(chunk.at, proto::Fact::Krb5(fact));
            }
            None => self.0.message(&message, chunk, out),
        }
    }

    fn end(&mut self, out: &mut Out<'_>) {
        self.0.end(out);
    }

    fn is_waiting(&self) -> bool {
        self.0.is_waiting()
    }
}
