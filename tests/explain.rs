//! Stories of codes: what people type, and what they are told.

use finwhale::codes::{Explanation, SPACES, explain, finding_ids};
use finwhale::rules::RULES;

/// What is found, as `space written name`.
fn found(text: &str) -> Vec<String> {
    let line = |code: &Explanation| format!("{} {} {}", code.space, code.written, code.name);
    explain(text).iter().map(line).collect()
}

#[test]
fn every_way_to_write_a_code_leads_to_it() {
    for (text, code) in [
        ("alert 48", "tls_alert 48 unknown_ca"),
        ("event 36887", "schannel 36887 fatal-alert-received"),
        ("event 4625", "security_event 4625 logon-failed"),
        ("event 5719", "system_event 5719 netlogon-no-controller"),
        ("data 52e", "win32 1326 ERROR_LOGON_FAILURE"),
        ("data 775", "win32 1909 ERROR_ACCOUNT_LOCKED_OUT"),
        ("data 80090346", "hresult 0x80090346 SEC_E_BAD_BINDINGS"),
        ("krb 24", "kerberos 24 KDC_ERR_PREAUTH_FAILED"),
        ("Kerberos error 0x18", "kerberos 24 KDC_ERR_PREAUTH_FAILED"),
        ("KDC_ERR_PREAUTH_FAILED", "kerberos 24 KDC_ERR_PREAUTH_FAILED"),
        ("KRB5KDC_ERR_PREAUTH_FAILED", "kerberos 24 KDC_ERR_PREAUTH_FAILED"),
        ("preauth_failed", "kerberos 24 KDC_ERR_PREAUTH_FAILED"),
        ("-1765328360", "kerberos 24 KDC_ERR_PREAUTH_FAILED"),
        ("KDC_ERR_SKEW", "kerberos 37 KRB_AP_ERR_SKEW"),
        ("KDC_ERR_KEY_TOO_WEAK", "kerberos 65 KDC_ERR_DH_KEY_PARAMETERS_NOT_ACCEPTED"),
        ("ntstatus 0xc000006d", "ntstatus 0xc000006d STATUS_LOGON_FAILURE"),
        ("0xc000015b", "ntstatus 0xc000015b STATUS_LOGON_TYPE_NOT_GRANTED"),
        ("C000015B", "ntstatus 0xc000015b STATUS_LOGON_TYPE_NOT_GRANTED"),
        ("-1073741477", "ntstatus 0xc000015b STATUS_LOGON_TYPE_NOT_GRANTED"),
        ("status_logon_failure", "ntstatus 0xc000006d STATUS_LOGON_FAILURE"),
        ("Logon Failure", "ntstatus 0xc000006d STATUS_LOGON_FAILURE"),
        ("win32 1326", "win32 1326 ERROR_LOGON_FAILURE"),
        ("1326", "win32 1326 ERROR_LOGON_FAILURE"),
        ("0x52e", "win32 1326 ERROR_LOGON_FAILURE"),
        ("ERROR_AUTH 1909", "win32 1909 ERROR_ACCOUNT_LOCKED_OUT"),
        ("0x8007052e", "win32 1326 ERROR_LOGON_FAILURE"),
        ("-2147023570", "win32 1326 ERROR_LOGON_FAILURE"),
        ("0x800706ba", "win32 1722 RPC_S_SERVER_UNAVAILABLE"),
        ("0x8009030C", "hresult 0x8009030c SEC_E_LOGON_DENIED"),
        ("-2146893044", "hresult 0x8009030c SEC_E_LOGON_DENIED"),
        ("logon denied", "hresult 0x8009030c SEC_E_LOGON_DENIED"),
        ("12030", "winhttp 12030 ERROR_WINHTTP_CONNECTION_ERROR"),
        ("0x2EFE", "winhttp 12030 ERROR_WINHTTP_CONNECTION_ERROR"),
        ("0x00002EFE", "winhttp 12030 ERROR_WINHTTP_CONNECTION_ERROR"),
        ("0x80072efe", "winhttp 12030 ERROR_WINHTTP_CONNECTION_ERROR"),
        ("ERROR_INTERNET_CONNECTION_ABORTED", "winhttp 12030 ERROR_WINHTTP_CONNECTION_ERROR"),
        ("http 401", "http_status 401 Unauthorized"),
        ("http 403.16", "iis_status 403.16 403.16"),
        ("ldap 49", "ldap_result 49 invalidCredentials"),
        ("00002028", "win32 8232 ERROR_DS_STRONG_AUTH_REQUIRED"),
        ("logon type 3", "logon_type 3 Network"),
        ("etype -133", "kerberos_etype -133 rc4-hmac-old"),
        ("aes256-cts", "kerberos_etype 18 aes256-cts-hmac-sha1-96"),
        ("fault 0x1c010003", "rpc_fault 0x1c010003 nca_unk_if"),
        ("kpasswd 4", "kpasswd 4 KRB5_KPASSWD_SOFTERROR"),
        ("spnego reject", "spnego_state 2 reject"),
        ("rcode 3", "dns_rcode 3 NXDOMAIN"),
    ] {
        let codes = found(text);
        assert!(codes.iter().any(|known| known == code), "{text}: {codes:?}");
    }
}

#[test]
fn the_text_of_a_refused_bind_is_read_as_it_stands_in_the_log() {
    let text =
        "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 533, v4563";
    assert_eq!(found(text), ["win32 1331 ERROR_ACCOUNT_DISABLED"]);
}

/// The names of the codes that `text` may hide, and those that go with it.
fn names(text: &str, kin: impl Fn(&Explanation) -> Vec<&'static str>) -> Vec<&'static str> {
    let codes = explain(text);
    assert_eq!(codes.len(), 1, "{text}: {codes:?}");
    codes.iter().flat_map(kin).collect()
}

#[test]
fn a_vendor_says_downgrade_and_means_an_expired_account() {
    let hides = |code: &Explanation| code.hides.iter().map(|kin| kin.name).collect::<Vec<_>>();
    assert!(explain("win32 1265")[0].meaning.contains("NTLM"), "the nominal meaning comes first");
    for (shown, hidden) in [
        ("win32 1265", "ERROR_ACCOUNT_EXPIRED"),
        ("win32 1326", "ERROR_PASSWORD_EXPIRED"),
        ("win32 1331", "ERROR_INVALID_LOGON_HOURS"),
        ("win32 64", "KRB_AP_ERR_SKEW"),
        ("win32 86", "ERROR_LOGON_FAILURE"),
    ] {
        let names = names(shown, hides);
        assert!(names.contains(&hidden), "{shown}: {names:?}");
    }
    let shown = |code: &Explanation| code.shown_as.iter().map(|kin| kin.name).collect::<Vec<_>>();
    assert!(names("win32 1793", shown).contains(&"ERROR_DOWNGRADE_DETECTED"));
}

#[test]
fn one_refusal_is_followed_through_the_codes_of_all_systems() {
    let kin = |code: &Explanation| code.kin.iter().map(|kin| kin.name).collect::<Vec<_>>();
    for (code, others) in [
        (
            "0xc0000234",
            &["ERROR_ACCOUNT_LOCKED_OUT", "KDC_ERR_CLIENT_REVOKED", "account-locked-out"][..],
        ),
        ("0xc000015b", &["ERROR_LOGON_TYPE_NOT_GRANTED", "SEC_E_LOGON_DENIED", "logon-failed"]),
        ("krb 37", &["STATUS_TIME_DIFFERENCE_AT_DC", "ERROR_TIME_SKEW", "SEC_E_TIME_SKEW"]),
        ("0x8009030c", &["STATUS_LOGON_TYPE_NOT_GRANTED", "ERROR_WINHTTP_CONNECTION_ERROR"]),
        ("ldap 49", &["ERROR_LOGON_FAILURE", "SEC_E_BAD_BINDINGS"]),
        ("fault 0x1c010003", &["RPC_S_UNKNOWN_IF"]),
    ] {
        let names = names(code, kin);
        assert!(others.iter().all(|other| names.contains(other)), "{code}: {names:?}");
    }
}

#[test]
fn every_finding_that_is_said_to_rest_on_a_code_exists() {
    let known = |id: &str| RULES.iter().flat_map(|rule| rule.ids).any(|known| known.id == id);
    let unknown: Vec<_> = finding_ids().filter(|id| !known(id)).collect();
    assert_eq!(unknown, [""; 0]);
    assert!(explain("krb 24")[0].findings.contains(&"krb-preauth-failed"));
    assert!(explain("alert 48")[0].findings.contains(&"tls-alert-unknown-ca"));
}

#[test]
fn every_finding_of_one_code_of_kerberos_is_named_at_its_code() {
    let of_a_code =
        RULES.iter().flat_map(|rule| rule.ids).filter(|id| id.summary.starts_with("Code "));
    for id in of_a_code.filter(|id| id.id.starts_with("krb-")) {
        let digits: String = id.summary.chars().skip(5).take_while(char::is_ascii_digit).collect();
        let codes = explain(&format!("krb {digits}"));
        assert!(codes.iter().any(|code| code.findings.contains(&id.id)), "{}: {digits}", id.id);
    }
}

#[test]
fn the_tables_know_much_and_say_it_in_short() {
    let rows: Vec<_> = SPACES.iter().flat_map(|space| space.rows()).collect();
    let explained = rows.iter().filter(|row| !row.meaning.is_empty()).count();
    assert!(rows.len() >= 3_500 && explained >= 1_500, "{explained} of {} rows", rows.len());
    for row in rows {
        assert!(row.meaning.len() < 260 && !row.meaning.ends_with('.'), "{}", row.name);
    }
}
