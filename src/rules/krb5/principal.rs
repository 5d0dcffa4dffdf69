//! Names of principals: `HTTP/web.example.com`, `krbtgt/EXAMPLE.COM`, `alice`, `PC1$`.

use std::net::IpAddr;

/// Ticket-granting services, in lower case.
pub(super) const GRANTING: &str = "krbtgt/";

/// It names a ticket-granting service.
pub(super) fn is_granting(name: &str) -> bool {
    name.get(..GRANTING.len()).is_some_and(|start| start.eq_ignore_ascii_case(GRANTING))
}

/// The kind of service: `HTTP`; `None` where the name is that of an account.
pub(super) fn class(name: &str) -> Option<&str> {
    name.split_once('/').map(|(class, _)| class)
}

/// The host in a service's name, without port, instance or realm: `web.example.com` of `MSSQLSvc/web.example.com:1433`.
pub(super) fn host(name: &str) -> Option<&str> {
    let (_, rest) = name.split_once('/')?;
    if rest.parse::<IpAddr>().is_ok() {
        return Some(rest);
    }
    rest.split(['/', ':', '@']).next().filter(|host| !host.is_empty())
}

/// The host in a service's name is an address.
pub(super) fn is_address(name: &str) -> bool {
    host(name).is_some_and(|host| host.parse::<IpAddr>().is_ok())
}

/// Kind and first label of the host: names of one service that differ in the domain have it in common.
pub(super) fn short(name: &str) -> String {
    match (class(name), host(name)) {
        (Some(class), Some(host)) => format!("{class}/{}", label(host)),
        _ => name.to_owned(),
    }
}

/// Two host names of which one may be the short form of the other.
pub(super) fn same_host(one: &str, other: &str) -> bool {
    let whole = one.contains('.') && other.contains('.') || is_ip(one) || is_ip(other);
    one.eq_ignore_ascii_case(other) || !whole && label(one).eq_ignore_ascii_case(label(other))
}

fn is_ip(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok()
}

/// The first label of a host's name.
pub(super) fn label(host: &str) -> &str {
    host.split('.').next().unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_principal_names_a_host() {
        assert_eq!(host("HTTP/web.example.com"), Some("web.example.com"));
        assert_eq!(host("MSSQLSvc/db.example.com:1433"), Some("db.example.com"));
        assert_eq!(host("ldap/dc.example.com/example.com@EXAMPLE.COM"), Some("dc.example.com"));
        assert_eq!(host("alice"), None);
        assert!(is_address("cifs/192.0.2.10") && is_address("cifs/2001:db8::1"));
        assert!(is_granting("krbtgt/EXAMPLE.COM") && !is_granting("krb"));
    }

    #[test]
    fn short_and_long_names_of_a_host_are_one() {
        assert_eq!(short("cifs/fs.example.com"), short("cifs/fs"));
        assert!(same_host("fs", "FS.example.com"));
        assert!(!same_host("fs.example.org", "fs.example.com"));
        assert!(!same_host("10.0.0.1", "10.0.0.2"));
    }
}
