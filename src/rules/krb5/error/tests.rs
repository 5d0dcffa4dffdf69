//! Stories of tickets that were refused.

use super::*;
use crate::finding::{Confidence, Finding, Severity};
use crate::proto::krb5::{Exchange, KrbError};
use crate::rules::testing::{Story, at, ids};
use crate::rules::testing_krb5::{
    KDC, asking, fact, issue, kdc, logon, refused, refused_as, ticket_for, with_error,
};
use std::collections::BTreeSet;

fn story(exchange: Exchange) -> Story {
    Story::new().fact(at(2, 0), asking(KDC, 1), fact(exchange))
}

fn only(story: Story) -> Finding {
    let mut findings = story.findings();
    assert_eq!(findings.len(), 1, "{:?}", ids(&findings));
    findings.remove(0)
}

#[test]
fn every_code_has_its_own_row_and_words() {
    let mut seen = BTreeSet::new();
    for id in &table::IDS {
        assert!(seen.insert(id.id), "{} stands twice", id.id);
        assert!(id.own.iter().all(|text| text.ends_with('.')), "{}: words", id.id);
    }
    let codes = (0..=100).filter(|code| table::row_of(*code).is_some());
    assert_eq!(codes.count(), table::IDS.len());
    for normal in [0, 25, 37, 52, 91] {
        assert!(table::row_of(normal).is_none(), "{normal} is no failure, or has its own rule");
    }
}

#[test]
fn a_wrong_password_names_user_realm_kdc_and_code() {
    let finding = only(story(refused(logon(), 24)));
    assert_eq!((finding.severity, finding.confidence), (Severity::Error, Confidence::Certain));
    assert_eq!(
        finding.title,
        "10.0.0.5 cannot log on as alice@EXAMPLE.COM: wrong password, or a stale key (24)"
    );
    let said = "The KDC 192.0.2.88:88 of EXAMPLE.COM answered the AS-REQ of alice@EXAMPLE.COM for \
                krbtgt/EXAMPLE.COM with KDC_ERR_PREAUTH_FAILED (24).";
    assert!(finding.cause.ends_with(said), "{}", finding.cause);
    let frames: Vec<u64> = finding.evidence.iter().map(|shown| shown.at.frame.number()).collect();
    assert_eq!(frames, [2, 1]);
    assert_eq!((finding.codes[0].space, finding.codes[0].code), ("kerberos", 24));
}

#[test]
fn the_nt_status_tells_four_kinds_of_revoked() {
    for (status, said) in [
        (0xC000_0072, "the account is disabled"),
        (0xC000_0193, "the account has expired"),
        (0xC000_0234, "the account is locked out"),
        (0xC000_006F, "outside the logon hours of the account"),
    ] {
        let finding = only(story(refused_as(logon(), 18, status)));
        assert!(finding.title.contains(said), "{}", finding.title);
        assert_eq!((finding.codes[1].space, finding.codes[1].code), ("ntstatus", status.into()));
    }
}

#[test]
fn the_text_of_a_kdc_without_nt_status_decides_too() {
    let error = KrbError { code: 18, e_text: Some("LOCKED_OUT".into()), ..KrbError::default() };
    let finding = only(story(with_error(logon(), error)));
    assert!(finding.title.contains("the account is locked out"), "{}", finding.title);
    assert!(finding.cause.contains("text \"LOCKED_OUT\""), "{}", finding.cause);
}

#[test]
fn an_account_that_its_administrator_disabled_is_not_locked_by_wrong_passwords() {
    let e_text = Some("CLIENT LOCKED OUT".into());
    let finding =
        only(story(with_error(logon(), KrbError { code: 18, e_text, ..KrbError::default() })));
    assert!(finding.title.contains("the account is disabled"), "{}", finding.title);
    assert!(!finding.remedy.contains("unlock"), "{}", finding.remedy);
}

#[test]
fn three_kdcs_that_say_the_same_are_one_finding() {
    let mut story = Story::new();
    for host in 1..=3 {
        let (number, seconds) = (u64::from(host), i64::from(host));
        let exchange = refused(logon(), 6);
        story = story.fact(at(number, seconds), asking(kdc(host), number), fact(exchange));
    }
    let finding = only(story);
    assert_eq!((finding.count, finding.evidence.len()), (3, 3));
    assert!(
        finding.cause.contains("192.0.2.1:88, 192.0.2.2:88, 192.0.2.3:88"),
        "{}",
        finding.cause
    );
}

#[test]
fn the_first_leg_of_a_logon_is_no_failure() {
    for normal in [25, 91] {
        assert!(story(refused(logon(), normal)).findings().is_empty(), "{normal}");
    }
}

#[test]
fn a_typing_error_is_a_note_and_another_users_success_is_none() {
    let typed = |user: &'static str| {
        story(refused(logon(), 24))
            .with(move |facts| issue(facts, "krbtgt/example.com", user, at(9, 20)))
    };
    assert_eq!(only(typed("alice@example.com")).severity, Severity::Note);
    assert_eq!(only(typed("bob@example.com")).severity, Severity::Error);
}

#[test]
fn a_password_that_keeps_failing_beside_good_logons_is_a_warning() {
    let mut story = Story::new();
    for number in 1..=10 {
        let asked = refused(logon(), 24);
        story = story.fact(at(number, number as i64), asking(KDC, number), fact(asked));
    }
    let story =
        story.with(|facts| issue(facts, "krbtgt/example.com", "alice@example.com", at(9, 20)));
    let finding = only(story);
    assert_eq!((finding.severity, finding.count), (Severity::Warning, 10));
    assert!(finding.cause.contains("something else keeps sending the old password"));
}

#[test]
fn a_fresh_ticket_after_an_expired_one_is_nothing() {
    let story = story(refused(ticket_for("HTTP/web.example.com"), 32));
    let story = story.with(|facts| {
        issue(facts, "http/web.example.com", "alice@example.com", at(9, 1));
    });
    assert!(story.findings().is_empty());
}

#[test]
fn an_unregistered_service_is_named_with_the_command_that_finds_it() {
    let finding = only(story(refused(ticket_for("HTTP/web.example.com"), 7)));
    assert_eq!(finding.severity, Severity::Error);
    assert!(finding.title.starts_with("10.0.0.5 gets no ticket for HTTP/web.example.com: "));
    assert!(finding.remedy.contains("setspn -Q HTTP/web.example.com"), "{}", finding.remedy);
}

#[test]
fn names_that_nobody_registers_are_notes() {
    for name in ["cifs/192.0.2.10", "host/anything", "DNS/ns.example.net", "Administrator"] {
        assert_eq!(only(story(refused(ticket_for(name), 7))).severity, Severity::Note, "{name}");
    }
}

#[test]
fn a_ticket_for_the_long_name_makes_the_short_one_a_note() {
    let story = story(refused(ticket_for("cifs/fs"), 7));
    let story = story.with(|facts| issue(facts, "cifs/fs.example.com", "a@example.com", at(9, 1)));
    let finding = only(story);
    assert_eq!(finding.severity, Severity::Note);
    assert!(finding.cause.contains("the host's other name"), "{}", finding.cause);
}

#[test]
fn an_enterprise_name_is_asked_for_and_referred() {
    let mut probe = refused(logon(), 6);
    probe.name_type = Some(10);
    let story = story(probe);
    let story = story.with(|facts| issue(facts, "krbtgt/example.org", "al@example.org", at(9, 1)));
    assert!(story.findings().is_empty());
}

#[test]
fn a_referral_that_another_realm_answers_is_nothing_by_itself() {
    let mut there = refused(logon(), 24);
    there.realm = Some("EXAMPLE.ORG".into());
    let story = story(refused(logon(), 68)).fact(at(4, 1), asking(kdc(9), 3), fact(there));
    assert_eq!(ids(&story.findings()), ["krb-preauth-failed"]);
}

#[test]
fn delegation_by_the_way_is_a_note_and_a_renewal_is_not() {
    let mut by_the_way = refused(ticket_for("krbtgt/EXAMPLE.COM"), 13);
    by_the_way.options |= 0x2000_0000;
    assert_eq!(only(story(by_the_way)).severity, Severity::Note);
    let mut renewal = refused(ticket_for("krbtgt/EXAMPLE.COM"), 13);
    renewal.options |= 0x2;
    assert_eq!(only(story(renewal)).severity, Severity::Error);
}

#[test]
fn a_list_of_users_that_is_tried_is_one_finding() {
    let mut story = Story::new();
    for number in 1..=7 {
        let mut asked = refused(logon(), 6);
        asked.cname = Some(format!("user{number}").into());
        story = story.fact(at(number, 0), asking(KDC, number), fact(asked));
    }
    let finding = only(story);
    assert_eq!(finding.count, 7);
    assert!(finding.title.contains("cannot log on as 7 users: "), "{}", finding.title);
}

#[test]
fn a_proof_under_types_that_the_client_cannot_do_is_the_end_of_the_logon() {
    use crate::proto::krb5::EtypeInfo;
    let hints = vec![EtypeInfo { etype: 23, salt: None }];
    let error = KrbError { code: 25, hints, ..KrbError::default() };
    let finding = only(story(with_error(logon(), error)));
    assert_eq!((finding.id, finding.confidence), ("krb-etype-nosupp", Confidence::Likely));
    assert!(finding.cause.contains("The account has rc4-hmac (23)"), "{}", finding.cause);
}

#[test]
fn wrong_passwords_before_a_lockout_are_counted() {
    let mut story = Story::new();
    for number in 1..=3 {
        let asked = refused(logon(), 24);
        story = story.fact(at(number, number as i64), asking(KDC, number), fact(asked));
    }
    let story = story.fact(at(9, 9), asking(KDC, 9), fact(refused(logon(), 18)));
    let findings = story.findings();
    assert_eq!(ids(&findings), ["krb-preauth-failed", "krb-client-revoked"]);
    assert!(findings[1].cause.contains("3 wrong passwords of this user"), "{}", findings[1].cause);
}

#[test]
fn no_common_encryption_type_names_both_sides() {
    use crate::proto::krb5::EtypeInfo;
    let hints = vec![EtypeInfo { etype: 23, salt: None }];
    let error = KrbError { code: 14, hints, ..KrbError::default() };
    let finding = only(story(with_error(logon(), error)));
    assert!(finding.cause.contains("(18)") && finding.cause.contains("(23)"), "{}", finding.cause);
}

#[test]
fn a_client_that_does_not_offer_the_usual_aes_is_the_one_to_change() {
    let offering = |etypes: &[i32]| Exchange { etypes: etypes.to_vec(), ..logon() };
    for narrow in [&[20, 19][..], &[23]] {
        let finding = only(story(refused(offering(narrow), 14)));
        assert!(finding.remedy.starts_with("Let the client offer"), "{}", finding.remedy);
    }
    let finding = only(story(refused(offering(&[20, 19, 18]), 14)));
    assert!(finding.remedy.starts_with("Enable AES on the account"), "{}", finding.remedy);
}

#[test]
fn an_account_and_a_realm_are_no_service_names() {
    let title = |service: &str| only(story(refused(ticket_for(service), 7))).title;
    assert!(title("HTTP/web.example.com").contains("SPN not registered"));
    assert!(title("svc-web").contains("no account of this name takes tickets"));
    assert!(title("krbtgt/OTHER.EXAMPLE").contains("knows no way to that realm"));
}
