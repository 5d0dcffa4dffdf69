//! The keys of `kerberos.error` and `kerberos.ticket`.

use crate::proto::krb5::Fact;
use serde::Serialize;

/// Keys of both kinds.
#[derive(Serialize)]
pub(super) struct Krb5<'a> {
    sname: &'a str,
}

/// Kind and keys.
pub(super) fn keys(_fact: &Fact) -> Option<(&'static str, Krb5<'_>)> {
    None
}
