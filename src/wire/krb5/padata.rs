//! Pre-authentication data (RFC 4120 section 5.2.7): lists of it, and the few kinds that are read.

use super::fields::{Fields, Value, items};
use super::principal::Principal;
use crate::wire::cursor::Cursor;
use crate::wire::der::{self, tag};

const ETYPE_INFO: i32 = 11;
const ETYPE_INFO2: i32 = 19;
/// MS-SFU section 2.2.1.
const FOR_USER: i32 = 129;
/// MS-SFU section 2.2.2.
const S4U_X509_USER: i32 = 130;

/// Iterates over a SEQUENCE OF PA-DATA, of TYPED-DATA, too.
#[derive(Clone, Copy, Debug)]
pub struct PaData<'a>(&'a [u8]);

/// An element of such a list.
#[derive(Clone, Copy, Debug)]
pub struct PaDatum<'a> {
    /// Its type.
    pub kind: i32,
    /// Its value, as far as it is there.
    pub value: &'a [u8],
}

/// An entry of ETYPE-INFO2 or ETYPE-INFO.
#[derive(Clone, Copy, Debug)]
pub struct EtypeInfo<'a> {
    /// Encryption type.
    pub etype: i32,
    /// Salt.
    pub salt: Option<&'a [u8]>,
}

impl<'a> PaData<'a> {
    pub(super) fn new(list: &'a [u8]) -> Self {
        Self(list)
    }

    /// The first element of this type.
    fn value_of(self, kind: i32) -> Option<&'a [u8]> {
        { self }.find(|datum| datum.kind == kind).map(|datum| datum.value)
    }

    /// What ETYPE-INFO2 says, else ETYPE-INFO.
    pub fn etype_infos(self) -> impl Iterator<Item = EtypeInfo<'a>> {
        let value =
            self.value_of(ETYPE_INFO2).or_else(|| self.value_of(ETYPE_INFO)).unwrap_or_default();
        let mut list = contents(value);
        std::iter::from_fn(move || {
            let entry = items(&mut list, tag::SEQUENCE)?;
            etype_info(Fields::new(entry))
        })
    }

    /// For whom a service asks: the name in PA-FOR-USER, else in PA-S4U-X509-USER.
    pub fn for_user(self) -> Option<Principal<'a>> {
        let mut user = None;
        for PaDatum { kind, value } in self {
            match kind {
                FOR_USER => return named(Fields::new(contents(value)), 0),
                S4U_X509_USER => user = user.or(Some(value)),
                _ => {}
            }
        }
        let (_, user) = Fields::new(contents(user?)).find(|(field, _)| *field == 0)?;
        named(user.fields(), 1)
    }
}

/// The name in this field.
fn named(mut fields: Fields<'_>, number: u8) -> Option<Principal<'_>> {
    let (_, name) = fields.find(|(field, _)| *field == number)?;
    Principal::new(name)
}

impl<'a> Iterator for PaData<'a> {
    type Item = PaDatum<'a>;

    fn next(&mut self) -> Option<PaDatum<'a>> {
        let item = items(&mut self.0, tag::SEQUENCE)?;
        let mut datum = PaDatum { kind: 0, value: &[] };
        for (_, value) in Fields::new(item) {
            match (value.int32(), value.octets_cut()) {
                (Some(kind), _) => datum.kind = kind,
                (_, Some(octets)) => datum.value = octets,
                _ => {}
            }
        }
        Some(datum)
    }
}

/// The contents of a SEQUENCE that fills an octet string.
fn contents(value: &[u8]) -> &[u8] {
    let sequence = der::cut_sequence(&mut Cursor::new(value), "padata-value");
    sequence.map_or(&[], |(sequence, _)| sequence.body.rest())
}

fn etype_info<'a>(fields: Fields<'a>) -> Option<EtypeInfo<'a>> {
    let (mut etype, mut salt) = (None, None);
    for (field, value) in fields {
        match field {
            0 => etype = value.int32(),
            1 => salt = value.text().or_else(|| Value::octets(value)),
            _ => {}
        }
    }
    Some(EtypeInfo { etype: etype?, salt })
}
