//! Chains as they go wrong in the field, judged by the program and by openssl.

use crate::lab::{Asked, CA, DAY, LEAF, Lab, MIDDLE, ROOT, SERVER, Spec};
use finwhale::trust::Fault::{self, *};
use finwhale::trust::{Anchors, Remark, Trust};
use finwhale::units::{SECOND, Side, Time};
use finwhale::wire::x509::{Certificate, Store};

#[test]
fn a_good_chain_is_trusted_in_any_order_with_spare_certificates() {
    let Some(lab) = Lab::with_chain() else { return };
    lab.make(Spec { name: "stranger", ..ROOT });
    let fine = lab.both(lab.ask(&["root"], &["leaf", "middle"]), &[]);
    assert!(fine.judged && fine.remarks.is_empty());
    let with_root = lab.both(lab.ask(&["root"], &["leaf", "middle", "root"]), &[]);
    assert_eq!(with_root.remarks, [Remark::Extra]);
    let mixed = lab.both(lab.ask(&["root"], &["leaf", "root", "middle"]), &[]);
    assert_eq!(mixed.remarks, [Remark::OutOfOrder, Remark::Extra]);
    let spare = lab.both(lab.ask(&["root"], &["leaf", "middle", "stranger", "middle"]), &[]);
    assert_eq!(spare.remarks, [Remark::Extra]);
    let by_middle = lab.judge(lab.ask(&["middle"], &["leaf"]));
    assert_eq!(by_middle.faults, []);
}

#[test]
fn private_ca_whose_root_is_sent_along_is_untrusted_but_complete() {
    let Some(lab) = Lab::with_chain() else { return };
    lab.make(Spec { name: "other", ..ROOT });
    let sent = lab.both(lab.ask(&["other"], &["leaf", "middle", "root"]), &[UntrustedIssuer]);
    assert_eq!(sent.at, [2]);
    let kept = lab.ask(&["other"], &["leaf", "middle"]);
    assert_eq!(lab.both(kept, &[UntrustedIssuer, IncompleteChain]).at, [1, 1]);
}

#[test]
fn a_missing_intermediate_is_told_from_an_unknown_one_by_nothing_on_the_wire() {
    let Some(lab) = Lab::with_chain() else { return };
    lab.both(lab.ask(&["root"], &["leaf"]), &[UntrustedIssuer, IncompleteChain]);
}

#[test]
fn self_signed_replaces_untrusted_unless_it_is_an_anchor() {
    let Some(lab) = Lab::new() else { return };
    lab.make(Spec { name: "box", issuer: "", ..LEAF });
    lab.make(Spec { name: "twin", subject: "box", issuer: "", ..LEAF });
    lab.both(lab.ask(&["twin"], &["box"]), &[SelfSigned]);
    lab.both(lab.ask(&["box"], &["box"]), &[]);
    let none = lab.judge(lab.ask(&[], &["box"]));
    assert!(!none.judged && none.faults == [SelfSigned]);
}

#[test]
fn a_certificate_of_its_issuers_name_is_not_self_signed() {
    let Some(lab) = Lab::new() else { return };
    lab.make(Spec { extensions: "", ..ROOT });
    lab.make(Spec { name: "leaf", subject: "root", issuer: "root", extensions: "", ..ROOT });
    // openssl goes by the name alone here.
    let verdict = lab.judge(lab.ask(&["root"], &["leaf"]));
    assert_eq!(verdict.faults, []);
    lab.make(Spec { name: "other", ..ROOT });
    let verdict = lab.judge(lab.ask(&["other"], &["leaf"]));
    assert_eq!(verdict.faults, [UntrustedIssuer, IncompleteChain]);
    let with_ids = SERVER.replace("keyid", "keyid:always");
    lab.make(Spec { name: "box", issuer: "", extensions: &with_ids, ..LEAF });
    lab.forge("box", "bent");
    let verdict = lab.judge(lab.ask(&["other"], &["bent"]));
    assert_eq!(verdict.faults, [UntrustedIssuer, BadSignature]);
}

#[test]
fn without_anchors_trust_is_not_judged_and_dates_are() {
    let Some(lab) = Lab::with_chain() else { return };
    let asked = lab.ask(&[], &["leaf"]);
    let (now, later) = (lab.judge(asked), lab.judge(Asked { time: lab.now + 366 * DAY, ..asked }));
    assert!(!now.judged && now.faults.is_empty());
    assert_eq!(later.faults, [Expired]);
}

#[test]
fn dates_are_judged_by_the_clock_of_the_capture() {
    let Some(lab) = Lab::new() else { return };
    let decade: &[&str] = &["-days", "3650"];
    lab.make(Spec { arguments: decade, ..ROOT });
    lab.make(Spec { arguments: decade, ..MIDDLE });
    lab.make(LEAF);
    let asked = lab.ask(&["root"], &["leaf", "middle"]);
    lab.both(Asked { time: lab.now + 364 * DAY, ..asked }, &[]);
    let late = lab.both(Asked { time: lab.now + 366 * DAY, ..asked }, &[Expired]);
    assert_eq!(late.at, [0]);
    let early = lab.judge(Asked { time: lab.now - DAY, ..asked });
    assert_eq!((early.faults, early.at), (vec![NotYetValid], vec![0]));
}

#[test]
fn an_anchor_may_have_expired_a_ca_on_the_way_may_not() {
    let Some(lab) = Lab::new() else { return };
    let decade: &[&str] = &["-days", "3650"];
    lab.make(ROOT);
    lab.make(MIDDLE);
    lab.make(Spec { arguments: decade, ..LEAF });
    let later = lab.now + 366 * DAY;
    let asked = Asked { time: later, ..lab.ask(&["root"], &["leaf", "middle"]) };
    let expired = lab.judge(asked);
    assert_eq!((expired.faults, expired.at), (vec![Expired], vec![1]));
    let by_anchor = lab.judge(Asked { anchors: &["middle"], ..asked });
    assert_eq!(by_anchor.faults, []);
}

#[test]
fn an_expired_cross_certificate_beside_a_good_path_is_a_remark() {
    let Some(lab) = Lab::new() else { return };
    lab.make(Spec { name: "old", ..ROOT });
    let decade: &[&str] = &["-days", "3650"];
    lab.make(Spec { arguments: decade, ..ROOT });
    lab.make(Spec { name: "cross", subject: "root", key: "root", issuer: "old", ..ROOT });
    lab.make(Spec { arguments: decade, ..MIDDLE });
    lab.make(Spec { arguments: decade, ..LEAF });
    let sent = &["leaf", "middle", "cross"];
    let now = lab.ask(&["root"], sent);
    assert_eq!(lab.both(now, &[]).remarks, []);
    let later = Asked { time: lab.now + 366 * DAY, ..now };
    assert_eq!(lab.both(later, &[]).remarks, [Remark::ExpiredCa]);
    lab.both(Asked { anchors: &["old"], ..now }, &[]);
    // The anchor matches by name and key, though the certificate at hand is another one.
    let by_cross = Asked { anchors: &["cross"], sent: &["leaf", "middle"], ..now };
    assert_eq!(lab.judge(by_cross).faults, []);
}

#[test]
fn names_need_an_entry_of_their_kind() {
    let Some(lab) = Lab::with_chain() else { return };
    let names = "subjectAltName=DNS:*.example.org,DNS:host.example.net,IP:10.0.0.1,IP:2001:db8::1";
    lab.make(Spec { name: "names", extensions: names, ..LEAF });
    lab.make(Spec { name: "bare", subject: "bare.example.org", extensions: "", ..LEAF });
    let asked = lab.ask(&["root"], &["names", "middle"]);
    for name in ["a.example.org", "A.Example.Org", "host.example.net", "10.0.0.1", "2001:db8::1"] {
        lab.both(Asked { name: Some(name), ..asked }, &[]);
    }
    for name in ["example.org", "a.b.example.org", "other.example.net", "10.0.0.2", "names"] {
        lab.both(Asked { name: Some(name), ..asked }, &[NameMismatch]);
    }
    // openssl still takes the common name.
    let common = Asked { sent: &["bare", "middle"], name: Some("bare.example.org"), ..asked };
    assert_eq!(lab.judge(common).faults, [NameMismatch]);
    assert!(!lab.judge(Asked { time: 1_400_000_000, ..common }).faults.contains(&NameMismatch));
}

#[test]
fn a_changed_certificate_is_a_bad_signature() {
    let Some(lab) = Lab::with_chain() else { return };
    lab.forge("leaf", "forged");
    let asked = lab.ask(&["root"], &["forged", "middle"]);
    assert_eq!(lab.both(asked, &[BadSignature]).at, [0]);
    lab.forge("middle", "bent");
    let bent = lab.both(Asked { sent: &["leaf", "bent"], ..asked }, &[BadSignature]);
    assert_eq!(bent.at, [1]);
    // The good one is there as well.
    assert_eq!(lab.judge(Asked { sent: &["leaf", "bent", "middle"], ..asked }).faults, []);
}

#[test]
fn an_intermediate_of_the_same_name_with_another_key_is_a_bad_signature() {
    let Some(lab) = Lab::with_chain() else { return };
    lab.make(Spec { name: "newer", subject: "middle", ..MIDDLE });
    let verdict = lab.judge(lab.ask(&["root"], &["leaf", "newer"]));
    assert_eq!((verdict.faults, verdict.at), (vec![BadSignature], vec![0]));
    // A root of the same name with another key is no issuer at all.
    lab.make(Spec { name: "newest", subject: "root", ..ROOT });
    let asked = lab.ask(&["newest"], &["leaf", "middle"]);
    lab.both(asked, &[UntrustedIssuer, IncompleteChain]);
}

#[test]
fn usages_are_kept_to() {
    let Some(lab) = Lab::with_chain() else { return };
    let client = SERVER.replace("serverAuth", "clientAuth");
    lab.make(Spec { name: "client", extensions: &client, ..LEAF });
    lab.make(Spec {
        name: "any",
        extensions: &SERVER.replace("serverAuth", "anyExtendedKeyUsage"),
        ..LEAF
    });
    let asked = lab.ask(&["root"], &["client", "middle"]);
    assert_eq!(lab.both(asked, &[WrongUsage]).at, [0]);
    lab.both(Asked { side: Side::Client, ..asked }, &[]);
    assert_eq!(lab.judge(Asked { sent: &["any", "middle"], ..asked }).faults, []);
    let seals = SERVER.replace("digitalSignature,", "");
    lab.make(Spec { name: "seals", kind: "rsa 2048", extensions: &seals, ..LEAF });
    let seals = Asked { sent: &["seals", "middle"], ..asked };
    assert_eq!(lab.judge(seals).faults, [WrongUsage]);
    assert_eq!(lab.judge(Asked { key_transport: true, ..seals }).faults, []);
}

#[test]
fn only_a_ca_may_issue() {
    let Some(lab) = Lab::with_chain() else { return };
    lab.make(Spec { name: "below", issuer: "leaf", ..LEAF });
    let below = lab.both(lab.ask(&["root"], &["below", "leaf", "middle"]), &[WrongUsage]);
    assert_eq!(below.at, [1]);
    lab.make(Spec { name: "first", extensions: "", issuer: "root", ..LEAF });
    let plain = SERVER.replace("authorityKeyIdentifier=keyid", "");
    lab.make(Spec { name: "under", issuer: "first", extensions: &plain, ..LEAF });
    lab.both(lab.ask(&["root"], &["under", "first"]), &[WrongUsage]);
    assert_eq!(lab.certificate("first").version, 1);
}

#[test]
fn path_length_and_name_constraints_hold() {
    let Some(lab) = Lab::with_chain() else { return };
    let short = CA.replace("CA:TRUE", "CA:TRUE,pathlen:0");
    lab.make(Spec { name: "short", extensions: &short, ..MIDDLE });
    lab.make(Spec { name: "lower", issuer: "short", ..MIDDLE });
    lab.make(Spec { name: "direct", issuer: "short", ..LEAF });
    lab.make(Spec { name: "deep", issuer: "lower", ..LEAF });
    let asked = lab.ask(&["root"], &["direct", "short"]);
    lab.both(asked, &[]);
    lab.both(Asked { sent: &["deep", "lower", "short"], ..asked }, &[WrongUsage]);
    for (name, constraint, fault) in [
        ("inside", "permitted;DNS:example.com", None),
        ("outside", "permitted;DNS:example.org", Some(WrongUsage)),
        ("barred", "excluded;DNS:www.example.com", Some(WrongUsage)),
    ] {
        let extensions = format!("{CA}\nnameConstraints=critical,{constraint}");
        lab.make(Spec { name, extensions: &extensions, ..MIDDLE });
        lab.make(Spec { name: "held", issuer: name, ..LEAF });
        let expected: Vec<Fault> = fault.into_iter().collect();
        lab.both(Asked { sent: &["held", name], ..asked }, &expected);
    }
}

#[test]
fn every_algorithm_is_verified_or_left_open_never_called_forged() {
    let Some(lab) = Lab::new() else { return };
    let pss: &[&str] = &["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:-1"];
    let wide_salt: &[&str] = &["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:64"];
    for (number, (kind, arguments, certain, weak)) in [
        ("ec P-256", &["-sha256"][..], true, &[][..]),
        ("ec P-256", &["-sha384"], true, &[]),
        ("ec P-384", &["-sha384"], true, &[]),
        ("ec P-521", &["-sha512"], false, &[]),
        ("ec P-256", &["-sha1"], false, &[WeakSignature]),
        ("ed25519", &[], true, &[]),
        ("rsa 2048", &["-sha256"], true, &[]),
        ("rsa 2048", &["-sha384"], true, &[]),
        ("rsa 2048", &["-sha512"], true, &[]),
        ("rsa 2048", &["-sha224"], false, &[]),
        ("rsa 2048", &["-sha1"], true, &[WeakSignature]),
        ("rsa 2048", &["-md5"], false, &[WeakSignature]),
        ("rsa 2048", pss, true, &[]),
        ("rsa 2048", wide_salt, false, &[]),
        ("rsa 1024", &["-sha256"], true, &[WeakKey]),
        ("rsa 1024", &["-sha384"], true, &[WeakKey]),
        ("rsa 512", &["-sha256"], true, &[WeakKey]),
    ]
    .into_iter()
    .enumerate()
    {
        let (name, root) = (format!("leaf{number}"), format!("root{number}"));
        let key = kind.replace(' ', "-");
        lab.make(Spec { name: &root, key: &key, kind, ..ROOT });
        std::fs::copy(lab.path(&format!("{key}.key")), lab.path(&format!("{root}.key"))).unwrap();
        let spec = Spec { name: &name, key: &key, kind, issuer: &root, arguments, ..LEAF };
        lab.make(spec);
        let (anchors, sent) = ([root.as_str()], [name.as_str()]);
        let asked = lab.ask(&anchors, &sent);
        assert_eq!(lab.judge(asked).faults, weak, "{kind} {arguments:?}");
        assert!(lab.openssl(asked).is_empty(), "{kind} {arguments:?}");
        lab.forge(&name, "forged");
        let forged = lab.judge(Asked { sent: &["forged"], ..asked });
        assert_eq!(forged.faults.contains(&BadSignature), certain, "{kind} {arguments:?}");
        assert!(lab.openssl(Asked { sent: &["forged"], ..asked }).contains(&BadSignature));
    }
}

#[test]
fn what_was_normal_in_its_time_is_not_weak() {
    let Some(lab) = Lab::new() else { return };
    lab.make(Spec { kind: "rsa 1024", ..ROOT });
    lab.make(Spec { kind: "rsa 1024", issuer: "root", arguments: &["-sha1"], ..LEAF });
    let asked = lab.ask(&["root"], &["leaf"]);
    assert_eq!(lab.judge(asked).faults, [WeakKey, WeakSignature]);
    let weak_at = |time| {
        let mut faults = lab.judge(Asked { time, ..asked }).faults;
        faults.retain(|fault| *fault != NotYetValid);
        faults
    };
    assert_eq!(weak_at(1_350_000_000), []);
    assert_eq!(weak_at(1_450_000_000), [WeakKey]);
}

#[test]
fn client_chains_are_judged_for_trust_by_given_anchors_only() {
    let Some(lab) = Lab::with_chain() else { return };
    let client = SERVER.replace("serverAuth", "clientAuth");
    lab.make(Spec { name: "client", extensions: &client, ..LEAF });
    lab.make(Spec { name: "other", ..ROOT });
    let asked = Asked { side: Side::Client, ..lab.ask(&["other"], &["client", "middle", "root"]) };
    lab.both(asked, &[UntrustedIssuer]);
    let chain = Store::new(1 << 20).chain(&[&lab.der("client")]);
    let mut mozilla = Trust::load(&[Anchors::Mozilla]).unwrap();
    let verdict = mozilla.judge(&chain, Side::Client, Time(lab.now * SECOND), None, false);
    assert!(!verdict.judged && verdict.faults.is_empty());
}

#[test]
fn every_fault_is_told_at_once() {
    let Some(lab) = Lab::new() else { return };
    lab.make(Spec { kind: "rsa 1024", ..ROOT });
    let client = SERVER.replace("serverAuth", "clientAuth");
    let arguments: &[&str] = &["-sha1", "-days", "1"];
    let leaf = Spec { kind: "rsa 1024", issuer: "root", extensions: &client, arguments, ..LEAF };
    lab.make(leaf);
    lab.make(Spec { name: "other", ..ROOT });
    let time = lab.now + 2 * DAY;
    let asked = Asked { time, name: Some("host"), ..lab.ask(&["other"], &["leaf"]) };
    let all = [
        UntrustedIssuer,
        IncompleteChain,
        Expired,
        NameMismatch,
        WeakKey,
        WeakSignature,
        WrongUsage,
    ];
    assert_eq!(lab.judge(asked).faults, all);
}

#[test]
fn webpki_finds_good_chains_good() {
    let Some(lab) = Lab::with_chain() else { return };
    let (root, middle, leaf) = (lab.der("root"), lab.der("middle"), lab.der("leaf"));
    let (root, middle, leaf) = (root.into(), middle.into(), leaf.into());
    let anchor = webpki::anchor_from_trusted_cert(&root).unwrap();
    let seconds = u64::try_from(lab.now).unwrap();
    let now = rustls_pki_types::UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    let leaf = webpki::EndEntityCert::try_from(&leaf).unwrap();
    let usage = webpki::KeyUsage::server_auth();
    let all = webpki::ALL_VERIFICATION_ALGS;
    let (anchors, sent) = ([anchor], [middle]);
    let path = leaf.verify_for_usage(all, &anchors, &sent, now, usage, None, None);
    assert!(path.is_ok());
    let name = rustls_pki_types::ServerName::try_from("www.example.com").unwrap();
    assert!(leaf.verify_is_valid_for_subject_name(&name).is_ok());
    let name = Some("www.example.com");
    lab.both(Asked { name, ..lab.ask(&["root"], &["leaf", "middle"]) }, &[]);
}

#[test]
fn openssl_prints_the_same_fields() {
    let Some(lab) = Lab::new() else { return };
    for (name, kind) in [("a", "rsa 2048"), ("b", "ec P-384"), ("c", "ed25519")] {
        let subject = "Zoë, \"Ltd\"/emailAddress=a@b.example/DC=corp/UID=7/serialNumber=1";
        lab.make(Spec { name, kind, subject, ..ROOT });
        let certificate = lab.certificate(name);
        let pem = format!("{name}.pem");
        let options = ["-noout", "-subject", "-serial", "-nameopt", "RFC2253,-esc_msb,utf8"];
        let (_, text) = lab.run(&[&["x509", "-in", &pem][..], &options].concat());
        let expected = format!(
            "subject={}\nserial={}\n",
            certificate.subject,
            certificate.serial.to_ascii_uppercase()
        );
        assert_eq!(text, expected);
    }
}

#[test]
fn anchors_are_read_from_files_and_folders_of_either_form() {
    let Some(lab) = Lab::with_chain() else { return };
    lab.der("root");
    for place in ["root.pem", "root.der", ""] {
        assert!(Trust::load(&[Anchors::Path(lab.path(place))]).is_ok(), "{place}");
    }
    let message = |place| Trust::load(&[Anchors::Path(lab.path(place))]).err().unwrap_or_default();
    assert!(message("root.key").ends_with("root.key: no certificate"));
    assert!(message("absent").contains("absent: "));
    assert!(Trust::load(&[Anchors::Mozilla, Anchors::Mozilla]).is_ok());
}

#[test]
fn hostile_chains_of_alike_names_end_soon() {
    let Some(lab) = Lab::new() else { return };
    lab.make(Spec { kind: "rsa 4096", ..ROOT });
    let der = lab.der("root");
    let certificate = Certificate::parse(&der);
    // A hundred certificates of one name, none of which signed any other.
    let ders: Vec<_> = (0..100u8)
        .map(|number| {
            let mut der = der.clone();
            *der.last_mut().unwrap() ^= number + 1;
            let at = der.windows(20).position(|bytes| bytes == &certificate.public_key()[40..60]);
            der[at.unwrap()] ^= number;
            der
        })
        .collect();
    let ders: Vec<_> = ders.iter().map(Vec::as_slice).collect();
    let chain = Store::new(1 << 20).chain(&ders);
    let mut trust = Trust::load(&[Anchors::Mozilla]).unwrap();
    let begin = std::time::Instant::now();
    let time = Time(lab.now * SECOND);
    let verdict = trust.judge(&chain, Side::Server, time, None, false);
    assert!(verdict.faults.contains(&BadSignature), "{verdict:?}");
    assert!(begin.elapsed().as_secs() < 5, "{:?}", begin.elapsed());
}
