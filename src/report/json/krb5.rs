//! The keys of `kerberos.error`, `kerberos.ticket` and `kerberos.unanswered`.

use crate::codes;
use crate::proto::krb5::{Exchange, Fact, KrbError, Outcome, Request};
use crate::units::{SECOND, Time};
use serde::Serialize;

/// Keys of all kinds.
#[derive(Serialize)]
pub(super) struct Krb5<'a> {
    request: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cname: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crealm: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sname: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    realm: Option<&'a str>,
    #[serde(flatten)]
    outcome: Keys<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Keys<'a> {
    Error(Error<'a>),
    Ticket { ticket_etype: i32, enc_part_etype: i32 },
    Unanswered { attempts: u32 },
}

#[derive(Serialize)]
struct Error<'a> {
    code: i32,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    e_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nt_status: Option<String>,
    /// The server's clock minus that of the capture: positive where the server is ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    skew_s: Option<f64>,
}

/// Kind and keys of a fact that stands at `time`. That a service accepts a ticket is no fact of the report.
pub(super) fn keys(fact: &Fact, time: Time) -> Option<(&'static str, Krb5<'_>)> {
    let exchange = match fact {
        Fact::Exchange(exchange) => exchange,
        Fact::PasswordChange(change) => &change.exchange,
    };
    let mut sname = exchange.sname.as_deref();
    let (kind, outcome) = match &exchange.outcome {
        Outcome::Error(error) => ("kerberos.error", Keys::Error(error_keys(error, time))),
        Outcome::Ticket { issued, ticket_etype, enc_part_etype, .. } => {
            sname = issued.as_deref().or(sname);
            let (ticket_etype, enc_part_etype) = (*ticket_etype, *enc_part_etype);
            ("kerberos.ticket", Keys::Ticket { ticket_etype, enc_part_etype })
        }
        Outcome::Unanswered => {
            ("kerberos.unanswered", Keys::Unanswered { attempts: exchange.attempts })
        }
        Outcome::Accepted => return None,
    };
    Some((kind, named(exchange, sname, outcome)))
}

fn named<'a>(exchange: &'a Exchange, sname: Option<&'a str>, outcome: Keys<'a>) -> Krb5<'a> {
    Krb5 {
        request: match exchange.request {
            Request::As => "AS",
            Request::Tgs => "TGS",
            Request::Ap => "AP",
        },
        cname: exchange.cname.as_deref(),
        crealm: exchange.crealm.as_deref(),
        sname,
        realm: exchange.realm.as_deref(),
        outcome,
    }
}

fn error_keys(error: &KrbError, time: Time) -> Error<'_> {
    let milliseconds = |stime: Time| stime.since(time) / (SECOND / 1000);
    Error {
        code: error.code,
        name: codes::kerberos_name(error.code).into_owned(),
        e_text: error.e_text.as_deref(),
        nt_status: error.nt_status.map(|status| format!("{status:#010x}")),
        skew_s: error.stime.map(|stime| milliseconds(stime) as f64 / 1000.0),
    }
}
