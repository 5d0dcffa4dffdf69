//! Codes inside codes: a result of COM that wraps a Windows error, an error of a Kerberos library, and back.

use super::table::{HRESULT, KERBEROS, NTSTATUS, Row, Space, WIN32, WINHTTP};

/// The code of another space that a number carries inside.
#[derive(Debug)]
pub(super) struct Wrapped {
    /// The spaces to which it may belong.
    pub(super) spaces: &'static [&'static Space],
    /// Its number there.
    pub(super) number: i64,
    /// What the whole is.
    pub(super) how: &'static str,
}

/// FACILITY_WIN32 of a failed HRESULT (MS-ERREF section 2.1.2).
const HRESULT_WIN32: i64 = 0x8007_0000;

/// FACILITY_NTWIN32 of a failed NT status (MS-ERREF section 2.3).
const NTSTATUS_WIN32: i64 = 0xc007_0000;

/// The bit of an HRESULT that says that it is an NT status (MS-ERREF section 2.1).
const NT_BIT: i64 = 0x1000_0000;

/// ERROR_TABLE_BASE_krb5 of MIT Kerberos and Heimdal, as an unsigned number: the first 128 are codes of the protocol.
const KRB5_BASE: i64 = -1_765_328_384 & 0xffff_ffff;

static WINDOWS_ERRORS: &[&Space] = &[&WIN32, &WINHTTP];
static NT_STATUSES: &[&Space] = &[&NTSTATUS];
static KERBEROS_ERRORS: &[&Space] = &[&KERBEROS];

/// What `number` wraps.
pub(super) fn unwrap(number: i64) -> Option<Wrapped> {
    let low = number & 0xffff;
    let wrapped = |spaces, number, how| Some(Wrapped { spaces, number, how });
    match number & !0xffff {
        HRESULT_WIN32 => wrapped(WINDOWS_ERRORS, low, "an HRESULT that wraps this Windows error"),
        NTSTATUS_WIN32 => {
            wrapped(WINDOWS_ERRORS, low, "an NT status that wraps this Windows error")
        }
        _ if (KRB5_BASE..KRB5_BASE + 128).contains(&number) => {
            let how = "how MIT Kerberos and Heimdal number this error";
            wrapped(KERBEROS_ERRORS, number - KRB5_BASE, how)
        }
        high if matches!(high >> 28, 0x9 | 0xd) => {
            wrapped(NT_STATUSES, number & !NT_BIT, "an HRESULT that wraps this NT status")
        }
        _ => None,
    }
}

/// The other ways in which a code of these spaces is written.
pub(super) fn forms(space: &Space, row: &Row) -> Option<String> {
    let number = row.number.filter(|number| *number != 0)?;
    let signed = number - (1 << 32);
    Some(match () {
        () if space.name == WIN32.name && (1300..2000).contains(&number) => {
            format!("HRESULT {:#010x}, data {number:x} in LDAP", HRESULT_WIN32 | number)
        }
        () if space.name == WIN32.name || space.name == WINHTTP.name => {
            format!("HRESULT {:#010x}", HRESULT_WIN32 | number)
        }
        () if space.name == KERBEROS.name => {
            format!("{} in MIT Kerberos", KRB5_BASE + number - (1 << 32))
        }
        () if space.name == NTSTATUS.name && number >> 28 == 0xc => {
            format!("{signed}, HRESULT {:#010x}", number | NT_BIT)
        }
        () if space.name == HRESULT.name && number >> 31 == 1 => signed.to_string(),
        () => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrapped_comes_out() {
        let inner = |number| unwrap(number).map(|wrapped| (wrapped.spaces[0].name, wrapped.number));
        assert_eq!(inner(0x8007_052e), Some(("win32", 1326)));
        assert_eq!(inner(0xc007_0005), Some(("win32", 5)));
        assert_eq!(inner(0xd000_0022), Some(("ntstatus", 0xc000_0022)));
        assert_eq!(inner(-1_765_328_360 & 0xffff_ffff), Some(("kerberos", 24)));
        assert_eq!([inner(0), inner(0x8009_0325), inner(0xc000_006d), inner(-5)], [None; 4]);
    }

    #[test]
    fn other_forms_wrap_the_same_code() {
        let form =
            |space: &'static Space, number| space.row(number).and_then(|row| forms(space, row));
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(form(&WIN32, 1326), text("HRESULT 0x8007052e, data 52e in LDAP"));
        assert_eq!(form(&WINHTTP, 12030), text("HRESULT 0x80072efe"));
        assert_eq!(form(&KERBEROS, 24), text("-1765328360 in MIT Kerberos"));
        assert_eq!(form(&NTSTATUS, 0xc000_006d), text("-1073741715, HRESULT 0xd000006d"));
        assert_eq!(form(&HRESULT, 0x8009_0325), text("-2146893019"));
        assert_eq!(form(&NTSTATUS, 0), None);
    }
}
