//! What tokens of GSS-API say by themselves, whatever carries them.

pub(super) mod spnego_reject;
