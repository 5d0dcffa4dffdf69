//! Certificate extensions (RFC 5280 section 4.2) that a chain is judged by.

use super::{Certificate, NameConstraints};
use crate::wire::Error;
use crate::wire::cursor::Cursor;
use crate::wire::der::{self, tag};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use x509_parser::extensions::{
    AuthorityInfoAccess, AuthorityKeyIdentifier, BasicConstraints, CRLDistributionPoints,
    DistributionPointName, GeneralName, GeneralSubtree, KeyIdentifier, KeyUsage,
    NameConstraints as ParsedConstraints, SubjectAlternativeName,
};
use x509_parser::prelude::FromDer;

/// Fills in the fields of one extension from its value; `None` when it cannot be read.
type Reader = fn(&mut Certificate, &[u8]) -> Option<()>;

/// Reads one extension into the fields it belongs to; unknown ones are passed over.
pub(super) fn read(
    certificate: &mut Certificate,
    extension: &der::Element<'_>,
) -> Result<(), Error> {
    let mut body = extension.body;
    let oid = der::expect(&mut body, tag::OID, "extnID")?.body.rest();
    der::optional(&mut body, 0x01);
    let value = der::expect(&mut body, tag::OCTET_STRING, "extnValue")?.body;
    let (field, read): (_, Reader) = match oid {
        [0x55, 0x1D, 14] => ("subjectKeyIdentifier", subject_key_id),
        [0x55, 0x1D, 15] => ("keyUsage", key_usage),
        [0x55, 0x1D, 17] => ("subjectAltName", alt_names),
        [0x55, 0x1D, 19] => ("basicConstraints", basic_constraints),
        [0x55, 0x1D, 30] => ("nameConstraints", name_constraints),
        [0x55, 0x1D, 31] => ("cRLDistributionPoints", distribution_points),
        [0x55, 0x1D, 35] => ("authorityKeyIdentifier", authority_key_id),
        [0x55, 0x1D, 37] => ("extKeyUsage", extended_key_usage),
        [0x2B, 6, 1, 5, 5, 7, 1, 1] => ("authorityInfoAccess", info_access),
        [0x2B, 6, 1, 5, 5, 7, 1, 24] => ("TLS feature", tls_feature),
        _ => return Ok(()),
    };
    read(certificate, value.rest()).ok_or_else(|| der::invalid(field, value.at()))
}

fn subject_key_id(certificate: &mut Certificate, value: &[u8]) -> Option<()> {
    let (_, id) = KeyIdentifier::from_der(value).ok()?;
    certificate.subject_key_id = Some(id.0.into());
    Some(())
}

fn authority_key_id(certificate: &mut Certificate, value: &[u8]) -> Option<()> {
    let (_, id) = AuthorityKeyIdentifier::from_der(value).ok()?;
    certificate.authority_key_id = id.key_identifier.map(|id| id.0.into());
    Some(())
}

fn key_usage(certificate: &mut Certificate, value: &[u8]) -> Option<()> {
    certificate.key_usage = Some(KeyUsage::from_der(value).ok()?.1.flags);
    Some(())
}

fn basic_constraints(certificate: &mut Certificate, value: &[u8]) -> Option<()> {
    let (_, constraints) = BasicConstraints::from_der(value).ok()?;
    certificate.basic_constraints = Some((constraints.ca, constraints.path_len_constraint));
    Some(())
}

fn alt_names(certificate: &mut Certificate, value: &[u8]) -> Option<()> {
    let (_, names) = SubjectAlternativeName::from_der(value).ok()?;
    for name in names.general_names {
        match name {
            GeneralName::DNSName(name) => certificate.dns_names.push(name.to_owned()),
            GeneralName::IPAddress(octets) => certificate.ip_names.extend(address(octets)),
            _ => (),
        }
    }
    Some(())
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(octets) {
        return Some(Ipv4Addr::from(four).into());
    }
    <[u8; 16]>::try_from(octets).ok().map(|sixteen| Ipv6Addr::from(sixteen).into())
}

fn name_constraints(certificate: &mut Certificate, value: &[u8]) -> Option<()> {
    let (_, constraints) = ParsedConstraints::from_der(value).ok()?;
    let names = |subtrees: Option<Vec<GeneralSubtree<'_>>>| {
        let bases = subtrees.into_iter().flatten().map(|subtree| subtree.base);
        let names = bases.filter_map(|base| match base {
            GeneralName::DNSName(name) => Some(name.to_owned()),
            _ => None,
        });
        names.collect()
    };
    certificate.name_constraints = Some(NameConstraints {
        permitted: names(constraints.permitted_subtrees),
        excluded: names(constraints.excluded_subtrees),
    });
    Some(())
}

fn extended_key_usage(certificate: &mut Certificate, value: &[u8]) -> Option<()> {
    // Not by x509-parser: it turns the known purposes into flags.
    let mut list = der::expect(&mut Cursor::new(value), tag::SEQUENCE, "extKeyUsage").ok()?.body;
    let mut purposes = Vec::new();
    while let Some(purpose) = der::optional(&mut list, tag::OID) {
        purposes.push(der::dotted(purpose.body.rest()));
    }
    certificate.extended_key_usage = Some(purposes);
    Some(())
}

fn info_access(certificate: &mut Certificate, value: &[u8]) -> Option<()> {
    let (_, access) = AuthorityInfoAccess::from_der(value).ok()?;
    for description in access.accessdescs {
        let GeneralName::URI(url) = description.access_location else { continue };
        match description.access_method.as_bytes() {
            [0x2B, 6, 1, 5, 5, 7, 0x30, 1] => certificate.ocsp.push(url.to_owned()),
            [0x2B, 6, 1, 5, 5, 7, 0x30, 2] => certificate.ca_issuers.push(url.to_owned()),
            _ => (),
        }
    }
    Some(())
}

fn distribution_points(certificate: &mut Certificate, value: &[u8]) -> Option<()> {
    let (_, points) = CRLDistributionPoints::from_der(value).ok()?;
    for point in points.points {
        let Some(DistributionPointName::FullName(names)) = point.distribution_point else {
            continue;
        };
        for name in names {
            if let GeneralName::URI(url) = name
                && url.starts_with("http")
            {
                certificate.crl.push(url.to_owned());
            }
        }
    }
    Some(())
}

/// status_request (5) among the TLS extensions that the server must answer (RFC 7633).
fn tls_feature(certificate: &mut Certificate, value: &[u8]) -> Option<()> {
    let mut list = der::expect(&mut Cursor::new(value), tag::SEQUENCE, "TLS feature").ok()?.body;
    while let Some(feature) = der::optional(&mut list, tag::INTEGER) {
        certificate.must_staple |= feature.body.rest() == [5];
    }
    Some(())
}
