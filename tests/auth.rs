//! Tokens of real captures against tshark: what SPNEGO and NTLM say, whatever carries them. The captures are those of the
//! folder that FINWHALE_CORPUS names.

#[path = "common/files.rs"]
mod files;
#[path = "common/tshark.rs"]
mod tshark;

use finwhale::wire::ntlm::{self, Authenticate, Challenge, Message, Response};
use finwhale::wire::spnego::{self, Token};
use serde_json::{Map, Value};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

/// Larger captures take too long for a test.
const BYTES_MAX: u64 = 4 << 20;

type Object = Map<String, Value>;

/// What was compared, and where the two do not agree.
#[derive(Default)]
struct Tally {
    negotiations: usize,
    messages: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn check<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, ours: T, theirs: T) {
        if ours != theirs {
            self.wrong.push(format!("{what}: {ours:?} v {theirs:?}"));
        }
    }
}

/// Small, and with tokens.
fn is_wanted(path: &Path) -> bool {
    path.metadata().is_ok_and(|meta| meta.len() <= BYTES_MAX) && has_tokens(path)
}

/// Most captures have none, and tshark takes its time.
fn has_tokens(path: &Path) -> bool {
    /// The signature of NTLM, the same in Base64, the object identifier of SPNEGO.
    const SIGNS: [&[u8]; 3] =
        [ntlm::SIGNATURE, b"TlRMTVNTUAA", b"\x06\x06\x2b\x06\x01\x05\x05\x02"];
    let bytes = std::fs::read(path).unwrap_or_default();
    SIGNS.iter().any(|sign| memchr::memmem::find(&bytes, sign).is_some())
}

/// The packets that have tokens, as tshark shows them with their bytes.
fn packets(path: &Path) -> Vec<Value> {
    let output = Command::new("tshark")
        .arg("-r")
        .arg(path)
        .args(["-n", "-T", "json", "-x", "-Y", "ntlmssp || spnego"])
        .args(["-J", "smb smb2 http ldap cldap dcerpc tds gss-api spnego ntlmssp"])
        .output();
    let output = output.expect("tshark runs");
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// The bytes of the layer `name` in an object.
fn raw(object: &Object, name: &str) -> Option<Vec<u8>> {
    let hex = object.get(&format!("{name}_raw"))?.get(0)?.as_str()?;
    (0..hex.len() / 2).map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()).collect()
}

/// The first field of this name below `object`, as text.
fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    if let Some(Value::String(text)) = object.get(name) {
        return Some(text);
    }
    object.values().filter_map(Value::as_object).find_map(|below| text(below, name))
}

fn number(object: &Object, name: &str) -> Option<u64> {
    let found = text(object, name)?;
    match found.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => found.parse().ok(),
    }
}

/// What tshark calls an empty name.
fn name<'a>(object: &'a Object, field: &str) -> &'a str {
    text(object, field).filter(|name| *name != "NULL").unwrap_or_default()
}

fn walk(value: &Value, tally: &mut Tally) {
    match value {
        Value::Object(object) => {
            if let (Some(bytes), Some(layer)) = (raw(object, "gss-api"), layer(object, "gss-api")) {
                negotiation(&bytes, layer, tally);
            }
            if let (Some(bytes), Some(layer)) = (raw(object, "ntlmssp"), layer(object, "ntlmssp")) {
                message(&bytes, layer, tally);
            }
            object.values().for_each(|below| walk(below, tally));
        }
        Value::Array(list) => list.iter().for_each(|below| walk(below, tally)),
        _ => {}
    }
}

fn layer<'a>(object: &'a Object, name: &str) -> Option<&'a Object> {
    object.get(name)?.as_object()
}

fn negotiation(bytes: &[u8], theirs: &Object, tally: &mut Tally) {
    let Some(theirs) = layer(theirs, "spnego") else { return };
    tally.negotiations += 1;
    match spnego::token(bytes) {
        Ok(Token::Init(init)) => {
            let count = number(theirs, "spnego.mechTypes").unwrap_or_default();
            tally.check("mechTypes", init.mechanisms.len() as u64, count);
            tally.check("hint", init.hint.is_some(), text(theirs, "spnego.hintName").is_some());
        }
        Ok(Token::Response(response)) => {
            let state = number(theirs, "spnego.negResult").map(|state| state as u8);
            tally.check("negState", response.state, state);
            let chosen = text(theirs, "spnego.supportedMech").is_some();
            tally.check("supportedMech", response.mechanism.is_some(), chosen);
        }
        // Once both sides have agreed, tokens of Kerberos stand without SPNEGO; tshark shows them below it all the same.
        Ok(Token::Kerberos(..)) => {}
        other => tally.wrong.push(format!("{other:?} v {theirs:?}")),
    }
}

fn message(bytes: &[u8], theirs: &Object, tally: &mut Tally) {
    let Some(kind) = number(theirs, "ntlmssp.messagetype") else { return };
    tally.messages += 1;
    match ntlm::message(bytes) {
        Ok(Message::Negotiate(negotiate)) => {
            tally.check("message", 1, kind);
            tally.check("flags of 1", Some(u64::from(negotiate.flags)), flags(theirs));
        }
        Ok(Message::Challenge(ours)) => {
            tally.check("message", 2, kind);
            challenge(&ours, theirs, tally);
        }
        Ok(Message::Authenticate(ours)) => {
            tally.check("message", 3, kind);
            authenticate(&ours, theirs, tally);
        }
        Err(flaw) => tally.wrong.push(format!("{flaw:?} in message {kind}")),
    }
}

fn flags(theirs: &Object) -> Option<u64> {
    number(theirs, "ntlmssp.negotiateflags")
}

fn challenge(ours: &Challenge, theirs: &Object, tally: &mut Tally) {
    tally.check("flags of 2", Some(u64::from(ours.flags)), flags(theirs));
    tally.check("target", &*ours.target, name(theirs, "ntlmssp.challenge.target_name"));
    let their = |field: &str| text(theirs, &format!("ntlmssp.challenge.target_info.{field}"));
    tally.check("computer", ours.info.computer.as_deref(), their("nb_computer_name"));
    tally.check("domain", ours.info.domain.as_deref(), their("nb_domain_name"));
    tally.check("DNS computer", ours.info.dns_computer.as_deref(), their("dns_computer_name"));
    tally.check("DNS domain", ours.info.dns_domain.as_deref(), their("dns_domain_name"));
    tally.check("forest", ours.info.dns_forest.as_deref(), their("dns_tree_name"));
    tally.check("stamp", ours.info.stamp.map(shown), their("timestamp").map(str::to_owned));
}

/// A time as tshark 4.0 shows it: `May  1, 2017 21:21:28.415930700 UTC`.
fn shown(nanoseconds: i64) -> String {
    let stamp = jiff::Timestamp::from_nanosecond(nanoseconds.into()).expect("is a time");
    stamp.strftime("%b %e, %Y %H:%M:%S.%9f UTC").to_string()
}

fn authenticate(ours: &Authenticate, theirs: &Object, tally: &mut Tally) {
    tally.check("user", &*ours.user, name(theirs, "ntlmssp.auth.username"));
    tally.check("domain", &*ours.domain, name(theirs, "ntlmssp.auth.domain"));
    tally.check("workstation", &*ours.workstation, name(theirs, "ntlmssp.auth.hostname"));
    tally.check("flags of 3", ours.flags.map(u64::from), flags(theirs));
    let v2 = text(theirs, "ntlmssp.ntlmv2_response.ntproofstr").is_some();
    tally.check("is NTLMv2", ours.response == Response::V2, v2);
}

#[test]
fn tokens_of_real_captures_say_what_tshark_says() {
    let Some(paths) = files::files(is_wanted).filter(|_| tshark::is_installed()) else { return };
    let done = Mutex::new(Tally::default());
    files::each(paths, |path| {
        let packets = packets(path);
        let mut done = done.lock().unwrap();
        let before = done.wrong.len();
        packets.iter().for_each(|packet| walk(packet, &mut done));
        let file = path.file_name().unwrap_or_default().display();
        done.wrong[before..].iter_mut().for_each(|wrong| *wrong = format!("{file}: {wrong}"));
    });
    let Tally { negotiations, messages, wrong } = done.into_inner().unwrap();
    println!(
        "{negotiations} tokens of SPNEGO, {messages} messages of NTLM, {} differences",
        wrong.len()
    );
    println!("{}", wrong.join("\n"));
    assert!(negotiations > 0 && messages > 0, "the corpus has none");
    assert!(wrong.len() * 200 <= negotiations + messages, "{} differences", wrong.len());
}
