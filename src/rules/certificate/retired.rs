//! Organisations that ran public CAs whose roots are no longer, or not all, in Mozilla's list: an issuer of theirs that
//! is not among the anchors is no private CA.

/// Words of distinguished names of roots that Mozilla once trusted.
const ONCE_PUBLIC: [&str; 30] = [
    "AddTrust",
    "America Online",
    "AffirmTrust",
    "Baltimore",
    "Certinomis",
    "CNNIC",
    "Comodo",
    "Cybertrust",
    "Deutsche Telekom",
    "DigiCert",
    "DigiNotar",
    "Digital Signature Trust",
    "Entrust",
    "Equifax",
    "GeoTrust",
    "GlobalSign",
    "Go Daddy",
    "GTE Corporation",
    "QuoVadis",
    "RSA Data Security",
    "Starfield Technologies",
    "StartCom",
    "Symantec",
    "TC TrustCenter",
    "thawte",
    "The USERTRUST Network",
    "Unizeto",
    "ValiCert",
    "VeriSign",
    "WoSign",
];

/// The distinguished name is one of such an organisation.
pub(super) fn was_public(distinguished: &str) -> bool {
    let name = distinguished.to_ascii_lowercase();
    ONCE_PUBLIC.iter().any(|word| name.contains(&word.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::was_public;

    #[test]
    fn old_public_roots_are_told_from_private_ones() {
        assert!(was_public("OU=Equifax Secure Certificate Authority,O=Equifax,C=US"));
        assert!(was_public("CN=DST Root CA X3,O=Digital Signature Trust Co."));
        assert!(was_public("CN=Baltimore CyberTrust Root,OU=CyberTrust,O=Baltimore,C=IE"));
        assert!(!was_public("CN=Denver CA,DC=contoso,DC=com"));
    }
}
