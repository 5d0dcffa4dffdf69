//! Words that are made when somebody wants to read them: of a hundred thousand findings a person reads a hundred.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

/// Something that is there already, or is made when it is asked for.
#[derive(Clone)]
pub enum Late<'a, T> {
    /// It is there.
    Made(T),
    /// How to make it, as often as it is asked for.
    Make(Rc<dyn Fn() -> T + 'a>),
}

/// A piece of text, perhaps made later.
pub type Text<'a> = Late<'a, Cow<'static, str>>;

/// Text that `make` makes when it is asked for.
pub fn late<'a>(make: impl Fn() -> String + 'a) -> Text<'a> {
    Late::Make(Rc::new(move || Cow::Owned(make())))
}

impl<'a, T> Late<'a, T> {
    /// What `make` makes when it is asked for.
    pub fn of(make: impl Fn() -> T + 'a) -> Self {
        Self::Make(Rc::new(make))
    }
}

impl<T: Clone> Late<'_, T> {
    /// The thing itself.
    pub fn get(&self) -> T {
        match self {
            Self::Made(made) => made.clone(),
            Self::Make(make) => make(),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Late<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Made(made) => made.fmt(f),
            Self::Make(make) => make().fmt(f),
        }
    }
}

impl From<&'static str> for Text<'_> {
    fn from(text: &'static str) -> Self {
        Self::Made(Cow::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self::Made(Cow::Owned(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn nothing_is_made_before_it_is_asked_for() {
        let made = Cell::new(0);
        let text = late(|| {
            made.set(made.get() + 1);
            "said".to_owned()
        });
        let copy = text.clone();
        assert_eq!(made.get(), 0);
        assert_eq!((copy.get(), made.get()), ("said".into(), 1));
    }
}
