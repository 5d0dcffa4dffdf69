//! PrincipalName (RFC 4120 section 5.2.2).

use super::fields::{Value, items};
use crate::wire::lossy;

/// Tag of GeneralString.
const GENERAL_STRING: u8 = 0x1B;

/// A name of one or more components.
#[derive(Clone, Copy, Debug)]
pub struct Principal<'a> {
    /// name-type: 1 a user, 2 a service and its instance, 10 an enterprise name.
    pub kind: i32,
    components: &'a [u8],
}

impl<'a> Principal<'a> {
    pub(super) fn new(value: Value<'a>) -> Option<Self> {
        let mut name = Self { kind: 0, components: &[] };
        for (field, value) in value.fields() {
            match field {
                0 => name.kind = value.int32().unwrap_or_default(),
                1 => name.components = value.whole_sequence(),
                _ => {}
            }
        }
        name.components().next().is_some().then_some(name)
    }

    /// Its components.
    pub fn components(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut list = self.components;
        std::iter::from_fn(move || items(&mut list, GENERAL_STRING))
    }

    /// The components with `/` between them, bad bytes replaced, cut where it grows longer than `bytes_max`.
    pub fn text(&self, bytes_max: usize) -> String {
        let length: usize = self.components().map(|component| component.len() + 1).sum();
        let mut text = String::with_capacity(length.saturating_sub(1).min(bytes_max));
        for (index, component) in self.components().enumerate() {
            if text.len() >= bytes_max {
                break;
            }
            if index > 0 {
                text.push('/');
            }
            let room = bytes_max - text.len();
            let component = component.get(..room).unwrap_or(component);
            text.push_str(&lossy(component));
        }
        text
    }
}
