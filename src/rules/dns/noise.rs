//! Names that systems ask for without needing them: their failures harm nobody.

use crate::wire::dns::kind;

/// Types that somebody needs to reach a host.
pub(super) const HOST_TYPES: &[u16] = &[kind::A, kind::AAAA, kind::CNAME];

/// First labels that systems try on the off chance: proxies, tunnels, configuration, time, printers.
const TRIED_LABELS: &[&str] =
    &["wpad", "isatap", "teredo", "localhost", "_gateway", "lb", "b", "db", "r", "dr", "cf"];

/// Names by which systems find out where they are: an error is an answer, too.
const PROBES: &[&str] = &[
    "use-application-dns.net",
    "mask.icloud.com",
    "mask-h2.icloud.com",
    "msftncsi.com",
    "msftconnecttest.com",
    "connectivity-check.ubuntu.com",
    "connectivitycheck.gstatic.com",
    "nmcheck.gnome.org",
    "detectportal.firefox.com",
    "ipv4only.arpa",
    "localhost.localdomain",
    "version.bind",
];

/// Zones in which a name is a question about something else (an address, a checksum), and "no" the usual answer.
const LIST_ZONES: &[&str] = &[
    "spamhaus.org",
    "spamcop.net",
    "sorbs.net",
    "barracudacentral.org",
    "surbl.org",
    "uribl.com",
    "dnswl.org",
    "mailspike.net",
    "abuseat.org",
    "avqs.mcafee.com",
    "avts.mcafee.com",
    "sophosxl.net",
    "hash.cymru.com",
];

/// Endings that no DNS holds.
const NO_ZONES: &[&str] = &["arpa", "onion", "invalid", "localhost", "bit"];

/// Letters of the labels with which browsers find out whether a resolver makes answers up.
const RANDOM: std::ops::RangeInclusive<usize> = 7..=15;

/// The services of a domain controller, and of a KDC.
const CONTROLLERS: &[&str] = &["_ldap", "_kerberos", "_gc", "_kpasswd"];

/// The domain whose controllers are looked for: `contoso.com` of `_ldap._tcp.site._sites.dc._msdcs.contoso.com`.
pub(super) fn controlled_domain(name: &str) -> Option<&str> {
    let (service, rest) = name.split_once('.')?;
    let (protocol, rest) = rest.split_once('.')?;
    if !CONTROLLERS.contains(&service) || !matches!(protocol, "_tcp" | "_udp") {
        return None;
    }
    let below = rest.rsplit_once("_msdcs.").map_or(rest, |(_, domain)| domain);
    let below = below.rsplit_once("_sites.").map_or(below, |(_, domain)| domain);
    (!below.is_empty() && !below.starts_with('_')).then_some(below)
}

/// Nobody misses such a name.
pub(super) fn is_noise(name: &str) -> bool {
    let labels = || name.split('.');
    let first = labels().next().unwrap_or_default();
    labels().count() < 2
        || first.is_empty()
        || TRIED_LABELS.contains(&first)
        || labels().any(|label| label == "isatap" || label == "wpad")
        || name.starts_with('_')
        || name.contains("._")
        || PROBES.iter().chain(LIST_ZONES).chain(NO_ZONES).any(|zone| is_below(name, zone))
        || is_reversed_address(name)
        || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// `name` is `zone`, or lies in it.
pub(super) fn is_below(name: &str, zone: &str) -> bool {
    name.strip_suffix(zone).is_some_and(|head| head.is_empty() || head.ends_with('.'))
}

/// `2.0.0.127.zen.example`: a question about an address.
fn is_reversed_address(name: &str) -> bool {
    let octets = name.split('.').take_while(|label| label.parse::<u8>().is_ok());
    octets.count() >= 4
}

/// May be one of a browser's random names.
pub(super) fn looks_random(first_label: &str) -> bool {
    RANDOM.contains(&first_label.len()) && first_label.bytes().all(|b| b.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_systems_ask_for_by_themselves_is_noise() {
        for name in [
            "wpad.contoso.com",
            "isatap.corp.contoso.com",
            "5.1.1.10.in-addr.arpa",
            "2.0.0.127.zen.spamhaus.org",
            "2.0.0.127.list.example",
            "lb._dns-sd._udp.contoso.com",
            "_dmarc.contoso.com",
            "selector1._domainkey.contoso.com",
            "fileserver",
            "dns.msftncsi.com",
            ".",
        ] {
            assert!(is_noise(name), "{name}");
        }
    }

    #[test]
    fn names_of_hosts_are_not() {
        for name in ["mail.contoso.com", "contoso.com", "10.contoso.com", "notarpa.example"] {
            assert!(!is_noise(name), "{name}");
        }
    }
}
