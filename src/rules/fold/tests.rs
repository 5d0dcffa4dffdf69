//! Stories about findings that belong together.

use super::*;
use crate::facts::Success;
use crate::finding::{Confidence, Finding};
use crate::rules::absorb::EVIDENCE_MAX;
use crate::rules::testing::{Story, at, ends, flow, flow_from, ids, success};
use crate::rules::{FaultOf, Id, Step, diagnose_with, words};
use crate::units::At;
use std::net::Ipv4Addr;

const CAUSE: Id = Id::error("cause", Confidence::Likely, "");
const SYMPTOM: Id = Id::error("symptom", Confidence::Certain, "");
const FAULT: Id = Id::warning("fault", Confidence::Certain, "");
const CAUSES: Rule = Rule { ids: &[CAUSE], manual: "", explains: &["symptom"], check: |_, _| {} };
const OTHERS: Rule = Rule { ids: &[SYMPTOM, FAULT], manual: "", explains: &[], check: |_, _| {} };

fn told<'a>(facts: &'a Facts, by: &[(&'static Rule, Vec<Found<'a>>)]) -> Vec<Finding> {
    let mut episodes = Episodes::new(facts);
    for (rule, found) in by {
        episodes.begin(rule);
        found.iter().cloned().for_each(|found| episodes.add(found));
    }
    let ranked = crate::rules::rank::ranked(episodes.fold());
    ranked.iter().map(|episode| episode.tell()).collect()
}

fn hit(id: &Id, number: u64, seconds: i64) -> Found<'static> {
    let at = at(number, seconds);
    let title = format!("{} cannot: {}", words::CLIENT, id.id);
    Found::between(id, &flow(number), at).title(title).cause("Because.").evidence(at, "here")
}

#[test]
fn no_rules_no_findings() {
    assert!(diagnose_with(&Story::new().facts(), &[]).is_empty());
}

#[test]
fn ten_equal_failures_are_one_episode_with_eight_packets() {
    let facts = Story::new().facts();
    let hits = (1..=10).map(|n| hit(&CAUSE, n, n as i64)).collect();
    let findings = told(&facts, &[(&CAUSES, hits)]);
    assert_eq!(ids(&findings), ["cause"]);
    let finding = &findings[0];
    assert_eq!((finding.count, finding.evidence.len()), (10, EVIDENCE_MAX));
    assert_eq!((finding.first, finding.last), (at(1, 1).time, at(1, 10).time));
    assert_eq!(finding.title, "10.0.0.5 cannot: cause");
}

#[test]
fn what_else_befell_the_same_conversation_lies_below() {
    let facts = Story::new().facts();
    let later = vec![hit(&SYMPTOM, 7, 1)];
    let findings = told(&facts, &[(&CAUSES, vec![hit(&CAUSE, 7, 0)]), (&OTHERS, later)]);
    assert_eq!(ids(&findings), ["cause[symptom]"]);
}

#[test]
fn a_symptom_of_another_conversation_lies_below_only_when_near_in_time() {
    let facts = Story::new().facts();
    let near =
        told(&facts, &[(&CAUSES, vec![hit(&CAUSE, 1, 0)]), (&OTHERS, vec![hit(&SYMPTOM, 9, 30)])]);
    assert_eq!(ids(&near), ["cause[symptom]"]);
    let far =
        told(&facts, &[(&CAUSES, vec![hit(&CAUSE, 1, 0)]), (&OTHERS, vec![hit(&SYMPTOM, 9, 300)])]);
    assert_eq!(ids(&far), ["symptom", "cause"]);
}

#[test]
fn a_fault_lies_below_the_failure_that_names_it_else_it_stands_alone() {
    let facts = Story::new().facts();
    let fault = || Found::about(&FAULT, ends().server, at(2, 0)).key("none");
    let alone = told(&facts, &[(&OTHERS, vec![fault()])]);
    assert_eq!(ids(&alone), ["fault"]);
    let named =
        FaultKey { id: "fault", server: Party::Service(ends().server), of: FaultOf::Chain(None) };
    let failure = hit(&CAUSE, 1, 0).faults([named]);
    let both = told(&facts, &[(&OTHERS, vec![fault()]), (&CAUSES, vec![failure])]);
    assert_eq!(ids(&both), ["cause[fault]"]);
    assert_eq!(both[0].related[0].client, both[0].client);
}

#[test]
fn only_when_every_failure_was_got_over_is_it_a_note() {
    let facts =
        Story::new().pair(|pair| *pair.entry(Success::Completed) = success(at(5, 3))).facts();
    let attempt = |n, seconds| hit(&CAUSE, n, seconds).step(Step::Handshake, None);
    let over = told(&facts, &[(&CAUSES, vec![attempt(1, 0)])]);
    assert_eq!(over[0].severity, Severity::Note);
    let said = "Because. Recovered by another handshake that completed within seconds.";
    assert_eq!(over[0].cause, said);
    let not_all = told(&facts, &[(&CAUSES, vec![attempt(1, 0), attempt(9, 40)])]);
    assert_eq!(not_all[0].severity, Severity::Error);
    assert!(not_all[0].cause.contains("1 of 2 attempts recovered"));
}

#[test]
fn what_a_scanner_meets_on_the_host_it_scans_lies_below_as_a_note() {
    let facts = Story::new().facts();
    let scan = Found::capture(&CAUSE, at(1, 0))
        .client(Party::Host(ends().client.addr))
        .no_worse_than(Severity::Note)
        .probed(vec![ends().server.addr]);
    let probe = hit(&SYMPTOM, 9, 400);
    let findings = told(&facts, &[(&CAUSES, vec![scan]), (&OTHERS, vec![probe])]);
    assert_eq!(ids(&findings), ["cause[symptom]"]);
    assert_eq!(findings[0].severity, Severity::Note);
}

#[test]
fn success_with_another_site_of_the_address_recovers_nothing() {
    let facts =
        Story::new().pair(|pair| *pair.entry(Success::Completed) = success(at(5, 3))).facts();
    let attempt = hit(&CAUSE, 1, 0).step(Step::Handshake, Some("other.example"));
    assert_eq!(told(&facts, &[(&CAUSES, vec![attempt])])[0].severity, Severity::Error);
}

#[test]
fn five_clients_of_a_network_are_one_finding() {
    let facts = Story::new().facts();
    let of = |host: u8| {
        let at: At = at(u64::from(host), i64::from(host));
        let ends = flow_from(Ipv4Addr::new(10, 0, 0, host).into(), u64::from(host));
        let title = format!("{} cannot", words::CLIENT);
        Found::between(&CAUSE, &ends, at).title(title).evidence(at, "here")
    };
    let four = told(&facts, &[(&CAUSES, (1..=4).map(of).collect())]);
    assert_eq!(four.len(), 4);
    let five = told(&facts, &[(&CAUSES, (1..=5).map(of).collect())]);
    assert_eq!(five.len(), 1);
    assert_eq!(five[0].title, "10.0.0.0/24 cannot");
    assert_eq!(five[0].count, 5);
}

#[test]
fn a_failure_is_at_least_as_severe_as_what_it_explains() {
    let facts =
        Story::new().pair(|pair| *pair.entry(Success::Completed) = success(at(5, 3))).facts();
    let fault = Found::about(&FAULT, ends().server, at(2, 0)).key("none");
    let named =
        FaultKey { id: "fault", server: Party::Service(ends().server), of: FaultOf::Chain(None) };
    let failure = hit(&CAUSE, 1, 0).faults([named]).step(Step::Handshake, None);
    let findings = told(&facts, &[(&OTHERS, vec![fault]), (&CAUSES, vec![failure])]);
    assert_eq!(findings[0].severity, Severity::Warning);
}
