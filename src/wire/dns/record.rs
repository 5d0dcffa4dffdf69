//! Resource records: the walk through the sections, and what stands in those that matter.

use super::{Message, Name, kind};
use crate::wire::cursor::Cursor;
use crate::wire::{Error, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The option of EDNS that carries an Extended DNS Error (RFC 8914).
const EXTENDED_ERROR: u16 = 15;

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What was asked for.
    Answer,
    /// Who is responsible.
    Authority,
    /// What may help.
    Additional,
}

/// A resource record (RFC 1035 section 4.1.3).
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    message: &'a [u8],
    data_at: usize,
    /// Section.
    pub section: Section,
    /// Owner.
    pub name: Name<'a>,
    /// TYPE
    pub kind: u16,
    /// CLASS; of an OPT the size of datagrams that its sender takes.
    pub class: u16,
    /// TTL, seconds; of an OPT more flags.
    pub ttl: u32,
    /// RDATA, as far as it is there.
    pub data: &'a [u8],
}

impl<'a> Record<'a> {
    /// The address of an A or AAAA.
    pub fn address(&self) -> Option<IpAddr> {
        match self.kind {
            kind::A => <[u8; 4]>::try_from(self.data).ok().map(|a| Ipv4Addr::from(a).into()),
            kind::AAAA => <[u8; 16]>::try_from(self.data).ok().map(|a| Ipv6Addr::from(a).into()),
            _ => None,
        }
    }

    /// The name that a CNAME or PTR points to.
    pub fn target(&self) -> Option<Name<'a>> {
        let points = matches!(self.kind, kind::CNAME | kind::PTR) && !self.data.is_empty();
        points.then(|| Name::at(self.message, self.data_at))
    }

    /// Target and port of an SRV (RFC 2782).
    pub fn service(&self) -> Option<(Name<'a>, u16)> {
        if self.kind != kind::SRV {
            return None;
        }
        let mut cursor = Cursor::new(self.data);
        cursor.take(4, "priority and weight").ok()?;
        let port = cursor.u16("port").ok()?;
        (!cursor.is_empty()).then(|| (Name::at(self.message, self.data_at + cursor.at()), port))
    }

    /// The addresses of an NB record (RFC 1002 section 4.2.1.3).
    pub fn netbios_addresses(&self) -> impl Iterator<Item = IpAddr> + use<'a> {
        let entries = if self.kind == kind::NB { self.data } else { &[] };
        entries.chunks_exact(6).filter_map(|entry| match *entry {
            [_, _, a, b, c, d] => Some(Ipv4Addr::new(a, b, c, d).into()),
            _ => None,
        })
    }

    /// The upper eight bits of the RCODE in an OPT.
    pub fn extended_rcode(&self) -> Option<u8> {
        (self.kind == kind::OPT).then_some((self.ttl >> 24) as u8)
    }

    /// INFO-CODE and EXTRA-TEXT of the Extended DNS Errors in an OPT.
    pub fn extended_errors(&self) -> impl Iterator<Item = (u16, &'a [u8])> + use<'a> {
        let mut options = Cursor::new(if self.kind == kind::OPT { self.data } else { &[] });
        let option = move || {
            let code = options.u16("option code").ok()?;
            Some((code, options.vec16("option").ok()?))
        };
        std::iter::from_fn(option).filter_map(|(code, mut option)| {
            let info = option.u16("INFO-CODE").ok().filter(|_| code == EXTENDED_ERROR)?;
            Some((info, option.rest()))
        })
    }
}

/// The records of a message, section by section.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    message: &'a [u8],
    at: usize,
    left: [u16; 3],
    /// To be told before the end.
    flaw: Option<Error>,
    ended: bool,
}

impl<'a> Records<'a> {
    pub(super) fn new(message: &Message<'a>) -> Self {
        let [_, answers, authorities, additional] = message.header.counts;
        Self {
            message: message.bytes,
            at: message.records_at,
            left: [answers, authorities, additional],
            flaw: None,
            ended: message.flaw.is_some(),
        }
    }

    /// The section of the next record.
    fn section(&mut self) -> Option<Section> {
        let (left, section) = match &mut self.left {
            [left @ (1..), ..] => (left, Section::Answer),
            [_, left @ (1..), _] => (left, Section::Authority),
            [.., left @ (1..)] => (left, Section::Additional),
            _ => return None,
        };
        *left -= 1;
        Some(section)
    }

    fn record(&mut self, section: Section) -> Result<Record<'a>, Error> {
        let (name, end) = Name::read(self.message, self.at, "NAME")?;
        let mut cursor = Cursor::new(self.message);
        cursor.take(end, "NAME")?;
        let (kind, class) = (cursor.u16("TYPE")?, cursor.u16("CLASS")?);
        let (ttl, length) = (cursor.u32("TTL")?, usize::from(cursor.u16("RDLENGTH")?));
        let data_at = cursor.at();
        let there = length.min(cursor.rest().len());
        if there < length {
            let need = length - there;
            self.flaw =
                Some(Error { field: "RDATA", at: data_at, kind: ErrorKind::Short { need } });
        }
        let data = cursor.take(there, "RDATA")?;
        self.at = cursor.at();
        Ok(Record { message: self.message, data_at, section, name, kind, class, ttl, data })
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        if let Some(flaw) = self.flaw.take() {
            self.ended = true;
            return Some(Err(flaw));
        }
        let section = self.section()?;
        let record = self.record(section);
        self.ended = record.is_err();
        Some(record)
    }
}
