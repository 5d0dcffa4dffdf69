//! What happened in an exchange of Kerberos (RFC 4120).

use crate::units::{At, Time};

/// A fact about Kerberos.
#[derive(Clone, Debug)]
pub enum Fact {
    /// See [`Exchange`].
    Exchange(Box<Exchange>),
    /// See [`PasswordChange`].
    PasswordChange(Box<PasswordChange>),
}

/// The kinds of exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Request {
    /// AS: a ticket-granting ticket.
    As,
    /// TGS: a ticket for a service.
    Tgs,
    /// AP: the ticket is shown to the service.
    Ap,
}

/// Where the messages were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In a conversation with a KDC, port 88.
    Kdc,
    /// In a conversation with kpasswd, port 464.
    Kpasswd,
    /// In an HTTP header.
    Http,
    /// In a protocol that has no analyzer of its own.
    Unread,
}

/// A request and what came of it; an answer whose request was not captured, too. Stands at the answer, else at the first
/// request. Realms and names are as on the wire, names as `HTTP/web.example.com`, bad bytes replaced.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Kind.
    pub request: Request,
    /// Where it was found.
    pub place: Place,
    /// The client's name: of the AS-REQ, of the reply, of the error.
    pub cname: Option<Box<str>>,
    /// The client's realm.
    pub crealm: Option<Box<str>>,
    /// The service: of the request, else of the error. For AP that of the ticket.
    pub sname: Option<Box<str>>,
    /// The service's realm.
    pub realm: Option<Box<str>>,
    /// Type of the client's name (10: enterprise; it is expected to be referred).
    pub name_type: Option<i32>,
    /// Encryption types that the client offered, in its order; for AP those of the ticket.
    pub etypes: Vec<i32>,
    /// Types of the pre-authentication data that it sent.
    pub padata: Vec<i32>,
    /// KDC options (RFC 4120 section 5.4.1), bit 0 the highest.
    pub options: u32,
    /// The user for whom a service asks (PA-FOR-USER, PA-S4U-X509-USER: S4U2Self).
    pub for_user: Option<Box<str>>,
    /// The first request, where it was captured.
    pub question: Option<At>,
    /// How often the request was sent in this conversation (0: not captured).
    pub attempts: u32,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a request.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// AS-REP or TGS-REP.
    Ticket {
        /// The service that the ticket is for, where it is not the one asked for: a referral (`krbtgt/OTHER.REALM`), or
        /// the full name of an alias.
        issued: Option<Box<str>>,
        /// Encryption type of the ticket.
        ticket_etype: i32,
        /// Encryption type of the reply's own part.
        enc_part_etype: i32,
        /// Version of the service's key.
        kvno: Option<u32>,
    },
    /// AP-REP: the service proved itself.
    Accepted,
    /// KRB-ERROR
    Error(Box<KrbError>),
    /// No answer, or none that was captured. A ticket shown inside another protocol is no exchange until Kerberos itself
    /// answers: mostly the carrier does.
    Unanswered,
}

/// A KRB-ERROR (RFC 4120 section 5.9.1).
#[derive(Clone, Debug, Default)]
pub struct KrbError {
    /// Error code.
    pub code: i32,
    /// The server's clock.
    pub stime: Option<Time>,
    /// The client's clock, as the server quotes it.
    pub ctime: Option<Time>,
    /// Text of the server, at most 200 characters.
    pub e_text: Option<Box<str>>,
    /// NTSTATUS of KERB-ERROR-DATA or KERB-EXT-ERROR (MS-KILE section 2.2), in either encoding.
    pub nt_status: Option<u32>,
    /// What the account can do, from ETYPE-INFO2 (else ETYPE-INFO) of METHOD-DATA (at most 16).
    pub hints: Vec<EtypeInfo>,
    /// Types of pre-authentication that the KDC offers.
    pub methods: Vec<i32>,
}

/// An entry of ETYPE-INFO2 (RFC 4120 section 5.2.7.5). The salt names realm and account; it is no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EtypeInfo {
    /// Encryption type.
    pub etype: i32,
    /// Salt.
    pub salt: Option<Box<str>>,
}

/// A change of a password (RFC 3244) that was refused in clear. Stands at the answer. Results that are encrypted are not
/// known; exchanges with kpasswd that ended otherwise are [`Exchange`]s.
#[derive(Clone, Debug)]
pub struct PasswordChange {
    /// Result code.
    pub result: u16,
    /// What the server says, at most 200 characters.
    pub text: Option<Box<str>>,
    /// The exchange that ended with the error in which the result came.
    pub exchange: Box<Exchange>,
}
