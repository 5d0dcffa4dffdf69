//! Closer reasons by NT status.

use super::{Reason, reason};

/// NT statuses in the e-data of Windows and Samba KDCs (MS-KILE section 2.2), by number.
pub(super) const STATUSES: [(u32, Reason); 39] = [
    (
        0xC000_005E,
        reason(
            "the KDC reaches no logon server",
            "The KDC needs a domain controller of another domain (or a writable one) and reaches none.",
            "Check the way of this KDC to the other domain: DNS SRV records, ports 88, 389 and 445, the trust.",
        ),
    ),
    (
        0xC000_0064,
        reason(
            "no account of this name exists",
            "The directory has no account of this name.",
            "Correct the user name or its domain; look whether the account was renamed, deleted, or is not yet replicated.",
        ),
    ),
    (
        0xC000_006A,
        reason(
            "wrong password",
            "The password is wrong: mistyped, or changed while something keeps the old one.",
            "Type the password anew; where it repeats, find what stores the old one (services, tasks, mapped drives, phones).",
        ),
    ),
    (
        0xC000_006D,
        reason(
            "wrong user name or password",
            "User name or password is wrong; the KDC does not say which.",
            "Check both; read the event of the KDC at this time (4771, 4768), which says more.",
        ),
    ),
    (
        0xC000_006E,
        reason(
            "an account restriction forbids it",
            "A restriction of the account forbids this logon: an empty password over the network, a policy, or Protected Users.",
            "Read the restrictions of the account; set a password; look for a membership in Protected Users.",
        ),
    ),
    (
        0xC000_006F,
        reason(
            "outside the logon hours of the account",
            "The account may log on at certain hours only, and this is not one of them.",
            "Change the logon hours of the account, or wait; check the time zone and clock of the KDC.",
        ),
    ),
    (
        0xC000_0070,
        reason(
            "not from this workstation",
            "The account may log on from certain workstations only (Log On To), and this is not one of them.",
            "Add the workstation to the account's list (userWorkstations), or clear the list.",
        ),
    ),
    (
        0xC000_0071,
        reason(
            "the password has expired",
            "The password is older than the policy allows.",
            "Change the password (Ctrl+Alt+Del). Give accounts of services a managed or non-expiring password.",
        ),
    ),
    (
        0xC000_0072,
        reason(
            "the account is disabled",
            "The account is disabled in the directory.",
            "Enable the account (Enable-ADAccount) if that was not meant.",
        ),
    ),
    (
        0xC000_00BB,
        reason(
            "not supported",
            "The KDC does not support what was asked: mostly a certificate logon without a KDC certificate, or a delegation it does not allow.",
            "Check the KDC's certificate (certutil -dcinfo verify) and the delegation settings of the account asked for.",
        ),
    ),
    (
        0xC000_00DF,
        reason(
            "the domain does not exist",
            "The KDC knows no domain of the name asked for.",
            "Correct the domain name; check the trust and DNS.",
        ),
    ),
    (
        0xC000_0133,
        reason(
            "the clocks differ too much",
            "The clocks of client and KDC differ by more than Kerberos allows.",
            "Synchronise both with one source (w32tm /resync).",
        ),
    ),
    (
        0xC000_015A,
        reason(
            "the user is in too many groups",
            "The user's token would have too many groups (about 1,010).",
            "Prune nested groups and SID history of the user.",
        ),
    ),
    (
        0xC000_018A,
        reason(
            "the trust account has no secret",
            "The workstation's secret of its trust with the domain is missing.",
            "Join the machine to the domain again, or Test-ComputerSecureChannel -Repair.",
        ),
    ),
    (
        0xC000_018B,
        reason(
            "the domain has no account for this computer",
            "The computer's account is missing in the domain, or was overwritten.",
            "Join the machine to the domain again; look for two machines of one name.",
        ),
    ),
    (
        0xC000_018C,
        reason(
            "the trust between the domains failed",
            "The trust between the domains does not work.",
            "Verify the trust (netdom trust /verify) and reset its password.",
        ),
    ),
    (
        0xC000_018D,
        reason(
            "the trust between computer and domain failed",
            "The trust between this computer and its domain does not work.",
            "Test-ComputerSecureChannel -Repair, or join again.",
        ),
    ),
    (
        0xC000_0193,
        reason(
            "the account has expired",
            "The date of Account expires has passed.",
            "Extend the account's expiry date (Set-ADAccountExpiration).",
        ),
    ),
    (
        0xC000_0198,
        reason(
            "a trust account was used as a user",
            "The account belongs to a trust between domains and cannot log on as a user.",
            "Use the account of a user or service.",
        ),
    ),
    (
        0xC000_0199,
        reason(
            "a computer account was used as a user",
            "The account belongs to a computer and may not log on this way.",
            "Use the account of a user or service.",
        ),
    ),
    (
        0xC000_019A,
        reason(
            "the account of a domain controller was used as a user",
            "The account belongs to a domain controller and may not log on this way.",
            "Use the account of a user or service.",
        ),
    ),
    (
        0xC000_0224,
        reason(
            "the password must be changed at the next logon",
            "An administrator has set that the user must change the password before anything else.",
            "Change the password once (Ctrl+Alt+Del at a domain member), or take the flag away.",
        ),
    ),
    (
        0xC000_0225,
        reason(
            "the KDC does not find what was asked for",
            "The KDC looked for something (an object, a certificate, a key) and did not find it.",
            "Read the System log of the KDC at this time; check replication.",
        ),
    ),
    (
        0xC000_0234,
        reason(
            "the account is locked out",
            "Too many wrong passwords locked the account.",
            "Unlock the account (Unlock-ADAccount), then find what keeps sending the wrong password: event 4740 of the domain names the computer.",
        ),
    ),
    (
        0xC000_0272,
        reason(
            "the target is not among those to which it may delegate",
            "The service asked for matches none of those to which the front end's account may delegate.",
            "Add the service to msDS-AllowedToDelegateTo of the front end's account, with exactly this name.",
        ),
    ),
    (
        0xC000_02F9,
        reason(
            "the certificate names another user",
            "The name in the certificate is not that of the account.",
            "Use the user's own certificate, or correct its mapping to the account.",
        ),
    ),
    (
        0xC000_02FA,
        reason(
            "a smart card is required",
            "The account may log on with a smart card only.",
            "Use the smart card, or clear Smart card is required for interactive logon on the account.",
        ),
    ),
    (
        0xC000_02FD,
        reason(
            "no common encryption type",
            "The account has no key of a type that client and KDC both allow.",
            "Enable AES on the account (msDS-SupportedEncryptionTypes) and set its password once.",
        ),
    ),
    (
        0xC000_0320,
        reason(
            "the certificate logon failed",
            "The certificate or its chain was not accepted for logon.",
            "Check the chain at the domain controller (certutil -verify -urlfetch) and NTAuth.",
        ),
    ),
    (
        0xC000_0322,
        reason(
            "the account has no key",
            "No Kerberos key of the account exists.",
            "Set the password of the account anew.",
        ),
    ),
    (
        0xC000_0351,
        reason(
            "this pre-authentication is not supported",
            "The KDC cannot do the pre-authentication that the client uses, mostly a certificate logon without a KDC certificate.",
            "Give the domain controller a certificate of the template Kerberos Authentication.",
        ),
    ),
    (
        0xC000_0388,
        reason(
            "a downgrade was detected",
            "The KDC or account could not be used with Kerberos, and a weaker way is not allowed.",
            "Look at the state of the account and at the other Kerberos failures of these seconds.",
        ),
    ),
    (
        0xC000_0389,
        reason(
            "the certificate is revoked",
            "The smart card's certificate is revoked.",
            "Issue a new certificate.",
        ),
    ),
    (
        0xC000_038A,
        reason(
            "the CA of the smart card is not trusted",
            "The issuing CA is not in NTAuth, or its root is not trusted at the domain controller.",
            "Publish the CA in NTAuth and its root in the trusted roots.",
        ),
    ),
    (
        0xC000_038B,
        reason(
            "the revocation status cannot be checked",
            "The domain controller reaches no current revocation list of the smart card's certificate.",
            "Make the CRL or OCSP address reachable from the domain controller, and publish a fresh list.",
        ),
    ),
    (
        0xC000_038D,
        reason(
            "the smart card's certificate has expired",
            "The dates of the certificate have passed.",
            "Renew the certificate on the card.",
        ),
    ),
    (
        0xC000_040A,
        reason(
            "the KDC cannot delegate with protocol transition",
            "The KDC does not support or allow S4U with protocol transition for this account.",
            "Set Use any authentication protocol on the front end's account, or let it use Kerberos from the client.",
        ),
    ),
    (
        0xC000_040B,
        reason(
            "delegation across realms failed",
            "User, front end and back end are in domains between which this delegation is not possible.",
            "Use resource-based delegation (msDS-AllowedToActOnBehalfOfOtherIdentity on the back end).",
        ),
    ),
    (
        0xC000_0413,
        reason(
            "the authentication firewall of the trust refuses it",
            "The trust uses selective authentication, and the user may not authenticate to this computer.",
            "Grant the user's group Allowed to authenticate on the computer account of the service, or use forest-wide authentication.",
        ),
    ),
];
