//! The keys of `dns.error` and `dns.unanswered`.

use crate::codes;
use crate::proto::dns::{Answer, Dialect, Exchange};
use serde::Serialize;

/// Keys of the two kinds.
#[derive(Serialize)]
pub(super) struct Dns<'a> {
    qname: &'a str,
    qtype: u16,
    #[serde(flatten)]
    outcome: Outcome<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome<'a> {
    Error(Box<Error<'a>>),
    Unanswered { attempts: u32 },
}

#[derive(Serialize)]
struct Error<'a> {
    rcode: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    rcode_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    question_frame: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proto: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extended_errors: Vec<ExtendedError<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flaw: Option<&'static str>,
}

#[derive(Serialize)]
struct ExtendedError<'a> {
    code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'a str,
}

/// Kind and keys; an answer without an error is no fact of the report, nor is a question to a group that nobody answered.
pub(super) fn keys(exchange: &Exchange) -> Option<(&'static str, Dns<'_>)> {
    let (kind, outcome) = match &exchange.answer {
        Some(answer) if answer.rcode != 0 => ("dns.error", error(exchange, answer)),
        Some(_) => return None,
        None if exchange.dialect == Dialect::Dns => {
            ("dns.unanswered", Outcome::Unanswered { attempts: exchange.attempts })
        }
        None => return None,
    };
    Some((kind, Dns { qname: &exchange.qname, qtype: exchange.qtype, outcome }))
}

fn error<'a>(exchange: &'a Exchange, answer: &'a Answer) -> Outcome<'a> {
    let name = codes::rcode_name(answer.rcode);
    let extended = answer.extended.iter().map(|error| ExtendedError {
        code: error.code,
        name: codes::extended_dns_error(error.code).map(|(name, _)| name),
        text: &error.text,
    });
    Outcome::Error(Box::new(Error {
        rcode: answer.rcode,
        rcode_name: Some(name).filter(|name| *name != answer.rcode.to_string()),
        question_frame: exchange.question.map(|at| at.frame.number()),
        proto: proto(exchange.dialect),
        extended_errors: extended.collect(),
        flaw: answer.flaw,
    }))
}

fn proto(dialect: Dialect) -> Option<&'static str> {
    match dialect {
        Dialect::Dns => None,
        Dialect::Mdns => Some("mdns"),
        Dialect::Llmnr => Some("llmnr"),
        Dialect::Nbns => Some("nbns"),
    }
}
