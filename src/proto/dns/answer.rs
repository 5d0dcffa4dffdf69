//! What a response says, as far as it can be read.

use super::{Answer, Dialect, ExtendedError};
use crate::wire::dns::{Message, Name, Record, Section, kind};
use crate::wire::{first_chars, lossy};

/// Addresses, services and extended errors kept of a response.
const ADDRESSES_MAX: usize = 16;
const SERVICES_MAX: usize = 16;
const EXTENDED_MAX: usize = 4;

/// Characters kept of the text of an extended error.
const TEXT_CHARS_MAX: usize = 200;

/// RCODEs above need the bits of EDNS.
const RCODE_BITS: u16 = 4;

/// Reads a response; `asked` is the name that it is about.
pub(super) fn read(message: &Message<'_>, dialect: Dialect, asked: &str) -> Answer {
    let header = &message.header;
    let mut answer = Answer {
        rcode: header.rcode().into(),
        truncated: header.is_truncated(),
        authoritative: header.is_authoritative(),
        recursion_available: header.offers_recursion(),
        answers: header.counts[1],
        flaw: message.flaw.map(|flaw| flaw.field),
        ..Answer::default()
    };
    let mut alias = None;
    for record in message.records() {
        match record {
            Ok(record) => match record.section {
                Section::Answer => answer.take(&record, dialect, asked, &mut alias),
                Section::Authority if record.kind == kind::SOA => {
                    answer.zone.get_or_insert_with(|| text(record.name));
                }
                Section::Additional if record.kind == kind::OPT => answer.take_options(&record),
                _ => {}
            },
            Err(flaw) => answer.flaw = Some(flaw.field),
        }
    }
    answer.canonical = alias.map(text);
    answer
}

/// A name in lower case, as far as it can be read.
pub(super) fn text(name: Name<'_>) -> Box<str> {
    name.text().0.into()
}

impl Answer {
    fn take<'a>(
        &mut self,
        record: &Record<'a>,
        dialect: Dialect,
        asked: &str,
        alias: &mut Option<Name<'a>>,
    ) {
        match record.kind {
            kind::CNAME => *alias = record.target(),
            kind::PTR => {
                let pointer = record.target().map(text);
                self.pointer = self.pointer.take().or(pointer);
            }
            kind::SRV if self.services.len() < SERVICES_MAX => {
                let service = record.service().map(|(target, port)| (text(target), port));
                self.services.extend(service);
            }
            kind::A | kind::AAAA => {
                // A responder of mDNS tells of several hosts at once.
                let other = dialect == Dialect::Mdns && !record.name.is(asked);
                let room = self.addresses.len() < ADDRESSES_MAX;
                self.addresses.extend(record.address().filter(|_| room && !other));
            }
            kind::NB if dialect == Dialect::Nbns => {
                let room = ADDRESSES_MAX.saturating_sub(self.addresses.len());
                self.addresses.extend(record.netbios_addresses().take(room));
            }
            _ => {}
        }
    }

    fn take_options(&mut self, record: &Record<'_>) {
        let upper = record.extended_rcode().unwrap_or(0);
        self.rcode |= u16::from(upper) << RCODE_BITS;
        let room = EXTENDED_MAX.saturating_sub(self.extended.len());
        for (code, text) in record.extended_errors().take(room) {
            let text = first_chars(&lossy(text), TEXT_CHARS_MAX).into();
            self.extended.push(ExtendedError { code, text });
        }
    }
}
