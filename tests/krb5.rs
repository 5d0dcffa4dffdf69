//! Kerberos of real captures, message by message, against what tshark says of them (where it is installed, and where
//! FINWHALE_CORPUS names a folder of captures with an `expected.jsonl`).

#[path = "common/corpus.rs"]
mod corpus;
#[path = "common/facts.rs"]
mod facts;
#[path = "common/tshark.rs"]
mod tshark;

use corpus::corpus;
use facts::each_fact;
use finwhale::facts::Kept;
use finwhale::proto::Fact;
use finwhale::proto::krb5::{self, Exchange, Outcome, Place};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The exchanges with KDCs, by the frames of request and answer.
#[derive(Default)]
struct Exchanges {
    asked: BTreeMap<u64, Exchange>,
    answered: BTreeMap<u64, Exchange>,
}

fn exchanges(path: &Path) -> Option<Exchanges> {
    let mut found = Exchanges::default();
    each_fact(path, |kept| found.take(kept))?;
    Some(found)
}

impl Exchanges {
    fn take(&mut self, kept: &Kept) {
        let Fact::Krb5(krb5::Fact::Exchange(exchange)) = &kept.emitted.fact else { return };
        if exchange.place != Place::Kdc {
            return;
        }
        if let Some(question) = exchange.question {
            self.asked.insert(question.frame.number(), (**exchange).clone());
        }
        if !matches!(exchange.outcome, Outcome::Unanswered) {
            self.answered.insert(kept.emitted.at.frame.number(), (**exchange).clone());
        }
    }
}

/// What tshark is asked for.
const FIELDS: [&str; 13] = [
    "frame.number",
    "frame.protocols",
    "kerberos.msg_type",
    "kerberos.error_code",
    "kerberos.CNameString",
    "kerberos.SNameString",
    "kerberos.realm",
    "kerberos.crealm",
    "kerberos.e_text",
    "kerberos.ENCTYPE",
    "kerberos.etype",
    "kerberos.padata_type",
    "kerberos.kvno",
];

/// The fields of a frame: every occurrence, with a bar between them.
struct Frame<'a>(Vec<&'a str>);

impl<'a> Frame<'a> {
    fn all(&self, field: &str) -> Vec<&'a str> {
        let place = FIELDS.iter().position(|name| name.ends_with(field)).expect("is asked for");
        self.0
            .get(place)
            .map_or(Vec::new(), |text| text.split('|').filter(|it| !it.is_empty()).collect())
    }

    fn one(&self, field: &str) -> Option<&'a str> {
        self.all(field).last().copied()
    }

    /// The last components of a name, as many as `ours` has.
    fn name(&self, field: &str, ours: &str) -> String {
        let parts = self.all(field);
        let count = ours.split('/').count().min(parts.len());
        parts[parts.len() - count..].join("/")
    }
}

fn theirs(path: &Path) -> Option<String> {
    let mut tshark = Command::new("tshark");
    tshark.args(["-n", "-Y", "kerberos", "-T", "fields", "-E", "aggregator=|", "-r"]).arg(path);
    for field in FIELDS {
        tshark.args(["-e", field]);
    }
    String::from_utf8(tshark.output().ok()?.stdout).ok()
}

/// Says of each frame what differs, in both words.
struct Differ<'a> {
    file: &'a str,
    count: usize,
    wrong: Vec<String>,
}

impl Differ<'_> {
    fn note(&mut self, frame: u64, what: &str, ours: &str, theirs: &str) {
        self.count += 1;
        if ours != theirs {
            self.wrong.push(format!("{} {frame}: {what}: {ours:?} v {theirs:?}", self.file));
        }
    }

    fn text(&mut self, frame: u64, what: &str, ours: Option<&str>, theirs: Option<&str>) {
        self.note(frame, what, ours.unwrap_or_default(), theirs.unwrap_or_default());
    }

    fn request(&mut self, number: u64, ours: &Exchange, frame: &Frame<'_>) {
        let sname = ours.sname.as_deref().unwrap_or_default();
        self.note(number, "sname", sname, &frame.name("SNameString", sname));
        self.text(number, "realm", ours.realm.as_deref(), frame.one(".realm"));
        let written =
            |numbers: &[i32]| numbers.iter().map(i32::to_string).collect::<Vec<_>>().join("|");
        let offered: Vec<_> = frame.all("ENCTYPE").into_iter().take(16).collect();
        self.note(number, "etypes", &written(&ours.etypes), &offered.join("|"));
        // tshark looks into some of them, and finds more there.
        let padata: BTreeSet<_> = frame.all("padata_type").into_iter().map(str::to_owned).collect();
        let known = ours.padata.iter().all(|kind| padata.contains(&kind.to_string()));
        self.note(number, "padata", &known.to_string(), "true");
    }

    fn reply(&mut self, number: u64, ours: &Exchange, frame: &Frame<'_>) {
        let Outcome::Ticket { issued, ticket_etype, enc_part_etype, .. } = &ours.outcome else {
            return self.note(number, "outcome", "no ticket", "ticket");
        };
        let sname = issued.as_deref().or(ours.sname.as_deref()).unwrap_or_default();
        self.note(number, "sname", sname, &frame.name("SNameString", sname));
        let cname = ours.cname.as_deref().unwrap_or_default();
        self.note(number, "cname", cname, &frame.name("CNameString", cname));
        self.text(number, "crealm", ours.crealm.as_deref(), frame.one("crealm"));
        let etypes = frame.all(".etype");
        let last = etypes.len().saturating_sub(2);
        self.note(
            number,
            "etypes",
            &format!("{ticket_etype}|{enc_part_etype}"),
            &etypes[last..].join("|"),
        );
    }

    fn error(&mut self, number: u64, ours: &Exchange, frame: &Frame<'_>) {
        let Outcome::Error(error) = &ours.outcome else {
            return self.note(number, "outcome", "no error", "error");
        };
        self.text(number, "code", Some(&error.code.to_string()), frame.one("error_code"));
        self.text(number, "text", error.e_text.as_deref(), frame.one("e_text"));
        self.text(number, "realm", ours.realm.as_deref(), frame.one(".realm"));
        let sname = ours.sname.as_deref().unwrap_or_default();
        self.note(number, "sname", sname, &frame.name("SNameString", sname));
        let hints: Vec<_> = error.hints.iter().map(|hint| hint.etype.to_string()).collect();
        self.note(number, "hints", &hints.join("|"), &frame.all(".etype").join("|"));
        if let Some(theirs) = frame.one("crealm") {
            self.text(number, "crealm", ours.crealm.as_deref(), Some(theirs));
        }
    }
}

/// Compares the exchanges of a capture.
fn compare(differ: &mut Differ<'_>, path: &Path) -> Option<()> {
    let (found, theirs) = (exchanges(path)?, theirs(path)?);
    for line in theirs.lines() {
        let frame = Frame(line.split('\t').collect());
        let protocols = frame.one("protocols").unwrap_or_default();
        let Some(number) = frame.one("number").and_then(|number| number.parse().ok()) else {
            continue;
        };
        // Tokens of other protocols, and what ICMP quotes, stand elsewhere.
        if !protocols.ends_with(":udp:kerberos") && !protocols.ends_with(":tcp:kerberos") {
            continue;
        }
        match (
            frame.all("msg_type").first().copied(),
            found.asked.get(&number),
            found.answered.get(&number),
        ) {
            (Some("10" | "12"), Some(asked), _) => differ.request(number, asked, &frame),
            (Some("11" | "13"), _, Some(answered)) => differ.reply(number, answered, &frame),
            (Some("30"), _, Some(answered)) => differ.error(number, answered, &frame),
            (Some(kind @ ("11" | "13" | "30")), _, None) => differ.note(number, "answer", "", kind),
            _ => {}
        }
    }
    Some(())
}

#[test]
fn every_message_of_real_exchanges_says_what_tshark_says() {
    let Some((folder, rows)) = corpus().filter(|_| tshark::is_installed()) else { return };
    let (mut count, mut wrong) = (0, Vec::new());
    for entry in &rows {
        let has_kerberos = entry["protocols"]["kerberos"].is_u64();
        let file = entry["file"].as_str().unwrap_or_default();
        if has_kerberos {
            let mut differ = Differ { file, count: 0, wrong: Vec::new() };
            compare(&mut differ, &folder.join(file));
            count += differ.count;
            wrong.extend(differ.wrong);
        }
    }
    println!("{count} fields, {} differ\n{}", wrong.len(), wrong.join("\n"));
    assert!(wrong.len() * 100 < count, "{} of {count} differ", wrong.len());
}
