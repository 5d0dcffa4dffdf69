//! NTLM messages (MS-NLMP section 2.2): names, flags, versions, time stamps. Responses and keys are measured, not kept.

mod av_pairs;
mod sicily;
mod text;

pub use av_pairs::{AvPairs, av_pairs};
pub use sicily::sicily_packages;

use super::cursor::Cursor;
use super::{Error, ErrorKind};
use text::{oem, unicode_or_oem};

/// How every message begins.
pub const SIGNATURE: &[u8] = b"NTLMSSP\0";

/// Flags of a negotiation (MS-NLMP section 2.2.2.5).
pub mod flags {
    /// Strings are UTF-16.
    pub const UNICODE: u32 = 0x0000_0001;
    /// Messages of the session will be signed.
    pub const SIGN: u32 = 0x0000_0010;
    /// Messages of the session will be encrypted.
    pub const SEAL: u32 = 0x0000_0020;
    /// The client is anonymous.
    pub const ANONYMOUS: u32 = 0x0000_0800;
    /// NTLMv2 session security; with it NTLMv1 has a client challenge.
    pub const EXTENDED_SESSION_SECURITY: u32 = 0x0008_0000;
    /// The version of the operating system is there.
    pub const VERSION: u32 = 0x0200_0000;
    /// Keys of 128 bits.
    pub const KEY_128: u32 = 0x2000_0000;
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Message 1, of the client.
    Negotiate(Negotiate),
    /// Message 2, of the server.
    Challenge(Box<Challenge>),
    /// Message 3, of the client.
    Authenticate(Box<Authenticate>),
}

impl Message {
    /// 1, 2 or 3.
    pub fn number(&self) -> u8 {
        match self {
            Self::Negotiate(_) => 1,
            Self::Challenge(_) => 2,
            Self::Authenticate(_) => 3,
        }
    }
}

/// Version of an operating system: major, minor, build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(pub u8, pub u8, pub u16);

/// Message 1: what the client can do (MS-NLMP section 2.2.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Negotiate {
    /// Flags.
    pub flags: u32,
    /// Version of the client's system, where it says so.
    pub version: Option<Version>,
}

/// Message 2: who the server is, and its challenge (section 2.2.1.2). What could not be read is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Flags.
    pub flags: u32,
    /// Domain of the server, or the server where it has none.
    pub target: Box<str>,
    /// What the server says of itself.
    pub info: AvPairs,
    /// Version of the server's system, where it says so.
    pub version: Option<Version>,
    /// The first thing that could not be read.
    pub flaw: Option<Error>,
}

/// Message 3: who the client is, and its response (section 2.2.1.3). What could not be read is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticate {
    /// Flags; clients before Windows NT 4 SP 4 send none.
    pub flags: Option<u32>,
    /// Domain of the user.
    pub domain: Box<str>,
    /// User.
    pub user: Box<str>,
    /// The client's own name.
    pub workstation: Box<str>,
    /// What kind of response it is.
    pub response: Response,
    /// Time stamp and AV pairs of an NTLMv2 response.
    pub client: Option<ClientChallenge>,
    /// Version of the client's system, where it says so.
    pub version: Option<Version>,
    /// The first thing that could not be read.
    pub flaw: Option<Error>,
}

/// Kinds of response (section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Response {
    /// NTLMv1, LM alone included.
    V1,
    /// NTLMv1 with a client challenge ("NTLM2 session").
    V1Session,
    /// NTLMv2
    V2,
    /// No response and no user.
    Anonymous,
}

/// What an NTLMv2 response carries in clear (section 2.2.2.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientChallenge {
    /// The client's time, nanoseconds since 1970; clients mostly echo the server's.
    pub stamp: Option<i64>,
    /// The server's AV pairs, with the client's additions.
    pub info: AvPairs,
}

/// Reads a message; names, pairs and responses only as far as they lie within `bytes`.
///
/// # Errors
/// No signature, an unknown number, or a message that ends before its flags (1, 2) or its names (3).
pub fn message(bytes: &[u8]) -> Result<Message, Error> {
    let mut cursor = Cursor::new(bytes);
    if cursor.take(SIGNATURE.len(), "Signature")? != SIGNATURE {
        return Err(Error { field: "Signature", at: 0, kind: ErrorKind::Invalid });
    }
    match cursor.u32_le("MessageType")? {
        1 => negotiate(cursor),
        2 => challenge(bytes, cursor),
        3 => authenticate(bytes, cursor),
        _ => Err(Error { field: "MessageType", at: SIGNATURE.len(), kind: ErrorKind::Invalid }),
    }
}

fn negotiate(mut cursor: Cursor<'_>) -> Result<Message, Error> {
    let flags = cursor.u32_le("NegotiateFlags")?;
    // The fields of a domain and a workstation lie between; clients leave them empty.
    let version = cursor.take(16, "DomainNameFields").ok().and_then(|_| version(cursor, flags));
    Ok(Message::Negotiate(Negotiate { flags, version }))
}

fn challenge(bytes: &[u8], mut cursor: Cursor<'_>) -> Result<Message, Error> {
    let target = Field::read(&mut cursor, "TargetNameFields")?;
    let flags = cursor.u32_le("NegotiateFlags")?;
    let mut flaw = None;
    let target = text(target.of(bytes, &mut flaw), flags & flags::UNICODE != 0);
    // Challenge and context; old servers end before the context.
    let info = match cursor.take(16, "ServerChallenge") {
        Ok(_) if !cursor.is_empty() => Some(Field::read(&mut cursor, "TargetInfoFields")),
        _ => None,
    };
    let info = info.and_then(|field| note(field, &mut flaw));
    let info = info.map(|field| pairs(field.of(bytes, &mut flaw), &mut flaw)).unwrap_or_default();
    let version = version(cursor, flags);
    Ok(Message::Challenge(Box::new(Challenge { flags, target, info, version, flaw })))
}

fn authenticate(bytes: &[u8], mut cursor: Cursor<'_>) -> Result<Message, Error> {
    let lm = Field::read(&mut cursor, "LmChallengeResponseFields")?;
    let nt = Field::read(&mut cursor, "NtChallengeResponseFields")?;
    let domain = Field::read(&mut cursor, "DomainNameFields")?;
    let user = Field::read(&mut cursor, "UserNameFields")?;
    let workstation = Field::read(&mut cursor, "WorkstationFields")?;
    let mut flaw = None;
    // Messages without session key and flags have their payload here.
    let first = [lm, nt, domain, user, workstation].map(|field| field.start());
    let whole = first.into_iter().flatten().min().is_none_or(|start| start >= FLAGS_END);
    let session_key = cursor.take(8, "EncryptedRandomSessionKeyFields").ok();
    let flags = session_key.filter(|_| whole).and_then(|_| cursor.u32_le("NegotiateFlags").ok());
    let names = [domain, user, workstation].map(|field| field.of(bytes, &mut flaw));
    let unicode = match flags {
        Some(flags) => flags & flags::UNICODE != 0,
        None => names.iter().all(|name| text::looks_like_unicode(name)),
    };
    let [domain, user, workstation] = names.map(|name| text(name, unicode));
    let (lm, nt) = (lm.of(bytes, &mut flaw), nt.of(bytes, &mut flaw));
    let client = client_challenge(nt, &mut flaw);
    Ok(Message::Authenticate(Box::new(Authenticate {
        flags,
        response: response(lm, nt, &user, flags.unwrap_or(0)),
        domain,
        user,
        workstation,
        client,
        version: flags.and_then(|flags| version(cursor, flags)),
        flaw,
    })))
}

/// Where the flags of message 3 end.
const FLAGS_END: usize = 64;

/// Length of a response of LM or NTLMv1.
const V1_LENGTH: usize = 24;

/// Told by lengths (sections 3.3.1 and 3.3.2). With session security the LM response is a challenge and zeros.
fn response(lm: &[u8], nt: &[u8], user: &str, flags: u32) -> Response {
    let nameless = user.is_empty() || flags & flags::ANONYMOUS != 0;
    match (nt.len(), lm) {
        (0, [] | [_]) if nameless => Response::Anonymous,
        (length, _) if length > V1_LENGTH => Response::V2,
        (V1_LENGTH, [_, _, _, _, _, _, _, _, zeros @ ..])
            if zeros.len() == 16 && zeros.iter().all(|byte| *byte == 0) =>
        {
            Response::V1Session
        }
        _ => Response::V1,
    }
}

/// What stands in clear behind the 16 bytes of an NTLMv2 response's proof.
fn client_challenge(nt: &[u8], flaw: &mut Option<Error>) -> Option<ClientChallenge> {
    if nt.len() <= V1_LENGTH {
        return None;
    }
    let mut cursor = Cursor::new(nt);
    let stamp = note(client_stamp(&mut cursor), flaw)?;
    Some(ClientChallenge { stamp, info: pairs(cursor.rest(), flaw) })
}

fn client_stamp(cursor: &mut Cursor<'_>) -> Result<Option<i64>, Error> {
    cursor.take(16 + 8, "Response")?;
    let stamp = cursor.u64_le("TimeStamp")?;
    cursor.take(8 + 4, "ChallengeFromClient")?;
    Ok(super::filetime::nanoseconds(stamp))
}

fn pairs(bytes: &[u8], flaw: &mut Option<Error>) -> AvPairs {
    let (pairs, found) = av_pairs(bytes);
    *flaw = flaw.or(found);
    pairs
}

/// VERSION (section 2.2.2.10), where the flags announce it.
fn version(mut cursor: Cursor<'_>, flags: u32) -> Option<Version> {
    let announced = flags & flags::VERSION != 0;
    let (major, minor) = (cursor.u8("ProductMajorVersion").ok()?, cursor.u8("Minor").ok()?);
    let build = cursor.u16_le("ProductBuild").ok()?;
    (announced && major != 0).then_some(Version(major, minor, build))
}

fn text(bytes: &[u8], unicode: bool) -> Box<str> {
    if unicode { unicode_or_oem(bytes) } else { oem(bytes) }
}

/// Where a variable part lies in the message.
#[derive(Clone, Copy)]
struct Field {
    name: &'static str,
    at: usize,
    len: usize,
    offset: usize,
}

impl Field {
    fn read(cursor: &mut Cursor<'_>, name: &'static str) -> Result<Self, Error> {
        let at = cursor.at();
        let len = cursor.u16_le(name)?;
        cursor.u16_le(name)?;
        let offset = cursor.u32_le(name)?;
        Ok(Self { name, at, len: usize::from(len), offset: offset as usize })
    }

    /// Its first byte, where it has any.
    fn start(self) -> Option<usize> {
        (self.len > 0).then_some(self.offset)
    }

    /// Its bytes; none, and a flaw, where they do not lie in the message.
    fn of<'a>(self, bytes: &'a [u8], flaw: &mut Option<Error>) -> &'a [u8] {
        let end = self.offset.saturating_add(self.len);
        if self.len == 0 {
            return &[];
        }
        let kind = ErrorKind::Short { need: end.saturating_sub(bytes.len()) };
        let found = bytes.get(self.offset..end);
        note(found.ok_or(Error { field: self.name, at: self.at, kind }), flaw).unwrap_or_default()
    }
}

/// What was read; else the flaw is noted, if it is the first.
fn note<T>(read: Result<T, Error>, flaw: &mut Option<Error>) -> Option<T> {
    read.map_err(|error| flaw.get_or_insert(error).kind).ok()
}

#[cfg(test)]
mod tests;
