//! May these certificates be used for this: key usages, CA constraints, path length, name constraints (RFC 5280).

use super::host;
use super::path::{End, Path};
use crate::units::Side;
use crate::wire::x509::{Certificate, Chain, KeyKind};

/// keyUsage: digitalSignature
const DIGITAL_SIGNATURE: u16 = 1;
/// keyUsage: keyEncipherment
const KEY_ENCIPHERMENT: u16 = 1 << 2;
/// keyUsage: keyCertSign
const KEY_CERT_SIGN: u16 = 1 << 5;

/// anyExtendedKeyUsage
const ANY: &str = "2.5.29.37.0";
/// serverAuth, and the "server gated cryptography" of Netscape and Microsoft that stood for it.
const SERVER_AUTH: [&str; 3] =
    ["1.3.6.1.5.5.7.3.1", "2.16.840.1.113730.4.1", "1.3.6.1.4.1.311.10.3.3"];
/// clientAuth
const CLIENT_AUTH: [&str; 1] = ["1.3.6.1.5.5.7.3.2"];

/// The first certificate on the path that is not meant for what it is used for.
pub(super) fn wrong(
    chain: &Chain,
    path: &Path<'_>,
    side: Side,
    key_transport: bool,
) -> Option<usize> {
    let links =
        || path.links.iter().filter_map(|link| Some((*link, chain.certificates.get(*link)?)));
    let (leaf_place, leaf) = links().next()?;
    if !purpose_allows(leaf, side) || !key_usage_allows(leaf, side, key_transport) {
        return Some(leaf_place);
    }
    let mut below = Below { leaf, issued: 0 };
    for (place, certificate) in links().skip(1) {
        if !may_issue(certificate) || !purpose_allows(certificate, side) {
            return Some(place);
        }
        if !below.keep_to(certificate) {
            return Some(place);
        }
    }
    // An anchor is trusted as it is, yet what it says of path length and names holds.
    match path.end {
        End::Anchor(anchor) if !below.keep_to(&anchor.certificate) => Some(path.last()),
        _ => None,
    }
}

/// extendedKeyUsage, where present, of a leaf or of a CA above it.
fn purpose_allows(certificate: &Certificate, side: Side) -> bool {
    let wanted: &[&str] = match side {
        Side::Server => &SERVER_AUTH,
        Side::Client => &CLIENT_AUTH,
    };
    certificate.extended_key_usage.as_ref().is_none_or(|purposes| {
        purposes.iter().any(|purpose| purpose == ANY || wanted.contains(&purpose.as_str()))
    })
}

/// A server's RSA key decrypts in key transport; else, and on the client's side, it signs.
fn key_usage_allows(leaf: &Certificate, side: Side, key_transport: bool) -> bool {
    let needed = match side {
        Side::Server if key_transport && leaf.key_kind == KeyKind::Rsa => KEY_ENCIPHERMENT,
        _ => DIGITAL_SIGNATURE,
    };
    leaf.key_usage.is_none_or(|usage| usage & needed != 0)
}

/// cA and keyCertSign; a root of the old version 1 could not say so.
fn may_issue(certificate: &Certificate) -> bool {
    let old_root = certificate.version < 3 && certificate.self_issued();
    let authority = certificate.basic_constraints.map_or(old_root, |(authority, _)| authority);
    authority && certificate.key_usage.is_none_or(|usage| usage & KEY_CERT_SIGN != 0)
}

/// What stands below a CA on the path.
struct Below<'a> {
    leaf: &'a Certificate,
    /// CA certificates between, self-issued ones (of key changes) left out.
    issued: u32,
}

impl Below<'_> {
    /// Whether all below keeps to this CA's constraints; then it counts as below itself.
    fn keep_to(&mut self, authority: &Certificate) -> bool {
        let longest = authority.basic_constraints.and_then(|(_, longest)| longest);
        let short = longest.is_none_or(|longest| self.issued <= longest);
        self.issued += u32::from(!authority.self_issued());
        short && self.names_allowed(authority)
    }

    fn names_allowed(&self, authority: &Certificate) -> bool {
        let Some(constraints) = &authority.name_constraints else { return true };
        let within =
            |trees: &[String], name: &str| trees.iter().any(|tree| host::within(name, tree));
        self.leaf.dns_names.iter().all(|name| {
            let name = name.trim_start_matches("*.");
            let permitted =
                constraints.permitted.is_empty() || within(&constraints.permitted, name);
            permitted && !within(&constraints.excluded, name)
        })
    }
}
