//! Sicily: NTLM in binds of LDAP (MS-ADTS section 5.1.1.1.3). Its tokens are bare NTLM messages.

/// The packages that a server names in its answer to sicilyPackageDiscovery, in its order: `NTLM;…`.
pub fn sicily_packages(server_creds: &[u8]) -> impl Iterator<Item = &str> {
    let text = server_creds.split(|byte| *byte == b';' || *byte == 0);
    text.filter_map(|package| std::str::from_utf8(package.trim_ascii()).ok())
        .filter(|package| !package.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_come_in_the_order_of_the_server() {
        assert_eq!(sicily_packages(b"NTLM;DPA").collect::<Vec<_>>(), ["NTLM", "DPA"]);
        assert_eq!(sicily_packages(b"NTLM\0").collect::<Vec<_>>(), ["NTLM"]);
        assert_eq!(sicily_packages(b"\xff;;").count(), 0);
    }
}
