//! KRB-ERROR (RFC 4120 section 5.9.1) and what its e-data says.

use super::fields::Fields;
use super::padata::{PaData, PaDatum};
use super::principal::Principal;
use crate::wire::cursor::Cursor;
use crate::wire::der::{self, tag};

/// KERB_ERR_TYPE_EXTENDED (MS-KILE section 2.2.1): a KERB-EXT-ERROR follows. Its number in a list is that of PA-PW-SALT.
const EXTENDED: i32 = 3;

/// A KRB-ERROR.
#[derive(Clone, Copy, Debug, Default)]
pub struct KrbError<'a> {
    /// error-code
    pub code: Option<i32>,
    /// The server's clock: seconds since the epoch, and microseconds.
    pub stime: Option<(i64, i64)>,
    /// The client's clock, or what the server puts in its place: some KDCs write the request's nonce here.
    pub ctime: Option<(i64, i64)>,
    /// The client's realm.
    pub crealm: Option<&'a [u8]>,
    /// The client.
    pub cname: Option<Principal<'a>>,
    /// The service's realm.
    pub realm: Option<&'a [u8]>,
    /// The service.
    pub sname: Option<Principal<'a>>,
    /// e-text
    pub e_text: Option<&'a [u8]>,
    /// e-data, as far as it is there.
    pub e_data: Option<&'a [u8]>,
}

/// What e-data says.
#[derive(Clone, Copy, Debug)]
pub struct ErrorData<'a> {
    /// NTSTATUS, other than 0.
    pub nt_status: Option<u32>,
    /// METHOD-DATA or TYPED-DATA. A KERB-EXT-ERROR stands among them as number 3.
    pub methods: PaData<'a>,
}

pub(super) fn krb_error(fields: Fields<'_>) -> KrbError<'_> {
    let mut error = KrbError::default();
    let (mut susec, mut cusec) = (0, 0);
    for (field, value) in fields {
        match field {
            2 => error.ctime = value.seconds().map(|seconds| (seconds, 0)),
            3 => cusec = value.integer().unwrap_or_default(),
            4 => error.stime = value.seconds().map(|seconds| (seconds, 0)),
            5 => susec = value.integer().unwrap_or_default(),
            6 => error.code = value.int32(),
            7 => error.crealm = value.text(),
            8 => error.cname = Principal::new(value),
            9 => error.realm = value.text(),
            10 => error.sname = Principal::new(value),
            11 => error.e_text = value.text(),
            12 => error.e_data = value.octets_cut(),
            _ => {}
        }
    }
    error.ctime = error.ctime.map(|(seconds, _)| (seconds, microseconds(cusec)));
    error.stime = error.stime.map(|(seconds, _)| (seconds, microseconds(susec)));
    error
}

fn microseconds(value: i64) -> i64 {
    if (0..1_000_000).contains(&value) { value } else { 0 }
}

impl<'a> KrbError<'a> {
    /// Reads e-data: METHOD-DATA (RFC 4120 section 5.9.1), TYPED-DATA (RFC 4556), KERB-ERROR-DATA by itself or in a list
    /// (MS-KILE section 2.2.1).
    pub fn data(&self) -> ErrorData<'a> {
        let data = self.e_data.unwrap_or_default();
        let (elements, methods) = match der::cut_sequence(&mut Cursor::new(data), "e-data") {
            Ok((outer, _)) if outer.body.rest().first() == Some(&tag::SEQUENCE) => {
                (outer.body.rest(), outer.body.rest())
            }
            Ok(_) => (data, &[][..]),
            Err(_) => (&[][..], &[][..]),
        };
        let nt_status = PaData::new(elements).find_map(PaDatum::nt_status);
        ErrorData { nt_status, methods: PaData::new(methods) }
    }
}

impl PaDatum<'_> {
    /// The status of a KERB-EXT-ERROR (MS-KILE section 2.2.2): status, reserved, flags with the lowest bit set.
    pub fn nt_status(self) -> Option<u32> {
        let &[a, b, c, d, _, _, _, _, flags, 0, 0, 0] = self.value else { return None };
        let status = u32::from_le_bytes([a, b, c, d]);
        (self.kind == EXTENDED && flags & 1 != 0 && status != 0).then_some(status)
    }
}
