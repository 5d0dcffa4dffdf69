//! Certificate and CertificateRequest messages up to TLS 1.2 (RFC 5246 sections 7.4.2 and 7.4.4).

use super::extension::numbers;
use crate::wire::cursor::Cursor;
use crate::wire::x509::distinguished_name;
use crate::wire::{Error, ErrorKind};
use std::fmt::Write;

/// A CertificateRequest (up to TLS 1.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateRequest {
    /// certificate_types
    pub types: Vec<u8>,
    /// supported_signature_algorithms
    pub signature_algorithms: Vec<u16>,
    /// certificate_authorities, each as RFC 4514 has it; one that is no name as `#` and its bytes in hex.
    pub authorities: Vec<String>,
}

/// The DER of each certificate in the body of a Certificate message up to TLS 1.2, leaf first; what was readable, and the flaw.
pub fn certificates(body: &[u8]) -> (Vec<&[u8]>, Option<Error>) {
    let mut ders = Vec::new();
    let flaw = read_certificates(body, &mut ders).err();
    (ders, flaw)
}

fn read_certificates<'a>(body: &'a [u8], ders: &mut Vec<&'a [u8]>) -> Result<(), Error> {
    let mut cursor = Cursor::new(body);
    let length = cursor.u24("certificate_list length")? as usize;
    let there = cursor.rest().len();
    let mut list = cursor.sub(length.min(there), "certificate_list")?;
    while !list.is_empty() {
        ders.push(list.vec24("ASN.1Cert")?.rest());
    }
    let (field, at) = ("certificate_list", cursor.at());
    match length {
        _ if length > there => {
            Err(Error { field, at, kind: ErrorKind::Short { need: length - there } })
        }
        _ if length < there => Err(Error { field, at, kind: ErrorKind::Trailing }),
        _ => Ok(()),
    }
}

/// Parses the body of a CertificateRequest; `tls12` tells whether it has signature algorithms. Of a list of names that
/// is cut off, those that are whole are there.
///
/// # Errors
/// The first field in front of the names that could not be read.
pub fn certificate_request(body: &[u8], tls12: bool) -> Result<CertificateRequest, Error> {
    let mut cursor = Cursor::new(body);
    let mut request = CertificateRequest {
        types: cursor.vec8("certificate_types")?.rest().to_vec(),
        ..CertificateRequest::default()
    };
    if tls12 {
        let list = cursor.vec16("supported_signature_algorithms")?;
        request.signature_algorithms = numbers(list.rest()).collect();
    }
    cursor.u16("certificate_authorities length")?;
    while let Ok(name) = cursor.vec16("DistinguishedName") {
        request.authorities.push(authority(name.rest()));
    }
    Ok(request)
}

fn authority(der: &[u8]) -> String {
    distinguished_name(der).unwrap_or_else(|_| {
        der.iter().fold(String::from("#"), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    })
}
