//! Does a certificate name the host that the client asked for (RFC 9525, RFC 2818)?

use crate::wire::x509::Certificate;
use std::net::IpAddr;

/// Whether a subjectAltName covers `name`; the common name counts too when `common_name` says so and no dNSName is there.
pub(super) fn covers(certificate: &Certificate, name: &str, common_name: bool) -> bool {
    let name = name.trim_end_matches('.');
    if let Ok(address) = name.trim_matches(['[', ']']).parse::<IpAddr>() {
        return certificate.ip_names.contains(&address);
    }
    if certificate.dns_names.is_empty() && common_name {
        return certificate.common_name.as_deref().is_some_and(|common| matches(common, name));
    }
    certificate.dns_names.iter().any(|presented| matches(presented, name))
}

/// A presented name against the name asked for. A `*` stands for one whole label, the left-most; like OpenSSL
/// we want at least two labels behind it.
fn matches(presented: &str, name: &str) -> bool {
    let presented = presented.trim_end_matches('.');
    match presented.strip_prefix("*.") {
        Some(parent) => {
            let behind = name.split_once('.').filter(|(label, _)| !label.is_empty());
            parent.contains('.')
                && behind.is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent))
        }
        None => presented.eq_ignore_ascii_case(name),
    }
}

/// Whether `name` is the domain of a name constraint or below it (RFC 5280 section 4.2.1.10).
pub(super) fn within(name: &str, constraint: &str) -> bool {
    let constraint = constraint.trim_start_matches('.');
    let Some(start) = name.len().checked_sub(constraint.len()) else { return false };
    let ends = name.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(constraint));
    ends && (start == 0
        || constraint.is_empty()
        || name.get(..start).is_some_and(|head| head.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dns: &[&str], common: Option<&str>) -> Certificate {
        Certificate {
            dns_names: dns.iter().map(|name| (*name).to_owned()).collect(),
            ip_names: vec!["10.0.0.1".parse().unwrap(), "2001:db8::1".parse().unwrap()],
            common_name: common.map(str::to_owned),
            ..Certificate::default()
        }
    }

    #[test]
    fn a_wildcard_is_one_whole_label_on_the_left() {
        let wild = names(&["*.example.com", "*.local", "w*.example.org"], None);
        for name in ["www.example.com", "WWW.Example.COM.", "a-b.example.com"] {
            assert!(covers(&wild, name, true), "{name}");
        }
        for name in ["example.com", "a.b.example.com", ".example.com", "x.local", "www.example.org"]
        {
            assert!(!covers(&wild, name, true), "{name}");
        }
    }

    #[test]
    fn addresses_need_address_entries() {
        let certificate = names(&["10.0.0.2"], Some("10.0.0.3"));
        for name in ["10.0.0.1", "2001:DB8::1", "[2001:db8::1]"] {
            assert!(covers(&certificate, name, true), "{name}");
        }
        assert!(!covers(&certificate, "10.0.0.2", true));
        assert!(!covers(&certificate, "10.0.0.3", true));
    }

    #[test]
    fn common_names_counted_once_and_only_without_alternative_names() {
        assert!(covers(&names(&[], Some("host.example")), "host.example", true));
        assert!(!covers(&names(&[], Some("host.example")), "host.example", false));
        assert!(!covers(&names(&["other.example"], Some("host.example")), "host.example", true));
    }

    #[test]
    fn constraints_cut_at_labels() {
        for (name, constraint, inside) in [
            ("www.example.com", "example.com", true),
            ("example.com", "example.com", true),
            ("www.example.com", ".example.com", true),
            ("badexample.com", "example.com", false),
            ("com", "example.com", false),
            ("anything", "", true),
        ] {
            assert_eq!(within(name, constraint), inside, "{name} in {constraint}");
        }
    }
}
