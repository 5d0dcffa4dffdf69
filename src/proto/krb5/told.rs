//! What messages say, as facts keep it: owned, valid UTF-8, bounded.

use super::{EtypeInfo, Exchange, KrbError, Outcome, Place, Request};
use crate::units::{SECOND, Time};
use crate::wire::krb5::{self as wire, Principal};
use crate::wire::{first_chars, lossy};

/// Entries of a list.
pub(super) const LIST_MAX: usize = 16;
/// Bytes of a name or a salt.
const NAME_BYTES_MAX: usize = 256;
/// Characters of a server's text.
const TEXT_CHARS_MAX: usize = 200;
/// Nanoseconds in a microsecond.
const MICROSECOND: i64 = 1000;

impl Exchange {
    /// One of which nothing is known.
    pub(crate) fn new(request: Request) -> Self {
        Self {
            request,
            place: Place::Kdc,
            cname: None,
            crealm: None,
            sname: None,
            realm: None,
            name_type: None,
            etypes: Vec::new(),
            padata: Vec::new(),
            options: 0,
            for_user: None,
            question: None,
            attempts: 0,
            outcome: Outcome::Unanswered,
        }
    }
}

/// A principal without its realm, bad bytes replaced, at most 256 bytes.
pub fn name(principal: Principal<'_>) -> Box<str> {
    principal.text(NAME_BYTES_MAX).into()
}

/// A realm, a salt.
pub(super) fn text(bytes: &[u8]) -> Box<str> {
    let bytes = bytes.get(..NAME_BYTES_MAX).unwrap_or(bytes);
    lossy(bytes).into()
}

/// What a server says in words; some end it with a zero. `None` when it is empty.
pub(super) fn words(bytes: &[u8]) -> Option<Box<str>> {
    let bytes = bytes.get(..4 * TEXT_CHARS_MAX).unwrap_or(bytes);
    let text = lossy(bytes);
    let text = first_chars(text.trim_end_matches('\0'), TEXT_CHARS_MAX);
    (!text.is_empty()).then(|| text.into())
}

/// Seconds and microseconds since the epoch.
pub(super) fn time((seconds, microseconds): (i64, i64)) -> Option<Time> {
    seconds.checked_mul(SECOND)?.checked_add(microseconds * MICROSECOND).map(Time)
}

/// What an error says; `None` when its code is not there.
pub(super) fn error(error: &wire::KrbError<'_>) -> Option<KrbError> {
    let data = error.data();
    let hints = data.methods.etype_infos().take(LIST_MAX);
    Some(KrbError {
        code: error.code?,
        stime: error.stime.and_then(time),
        ctime: error.ctime.and_then(time),
        e_text: error.e_text.and_then(words),
        nt_status: data.nt_status,
        hints: hints
            .map(|info| EtypeInfo { etype: info.etype, salt: info.salt.map(text) })
            .collect(),
        methods: data
            .methods
            .filter(|datum| datum.nt_status().is_none())
            .take(LIST_MAX)
            .map(|datum| datum.kind)
            .collect(),
    })
}
