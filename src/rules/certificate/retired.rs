//! Organisations that ran public CAs whose roots are no longer, or not all, in Mozilla's list: an issuer of theirs that
//! is not among the anchors is no private CA.

/// Words of distinguished names of roots that Mozilla once trusted, in lower case.
const ONCE_PUBLIC: [&str; 30] = [
    "addtrust",
    "america online",
    "affirmtrust",
    "baltimore",
    "certinomis",
    "cnnic",
    "comodo",
    "cybertrust",
    "deutsche telekom",
    "digicert",
    "diginotar",
    "digital signature trust",
    "entrust",
    "equifax",
    "geotrust",
    "globalsign",
    "go daddy",
    "gte corporation",
    "quovadis",
    "rsa data security",
    "starfield technologies",
    "startcom",
    "symantec",
    "tc trustcenter",
    "thawte",
    "the usertrust network",
    "unizeto",
    "valicert",
    "verisign",
    "wosign",
];

/// The distinguished name is one of such an organisation.
pub(super) fn was_public(distinguished: &str) -> bool {
    let name = distinguished.to_ascii_lowercase();
    ONCE_PUBLIC.iter().any(|word| name.contains(word))
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
