//! The words of a finding, and their last touches.

use super::{Confidence, Party};

/// Stands for the client in words until its party is final (a host may become a network).
pub const CLIENT: &str = "\u{1}";

/// Characters that a title may have.
const TITLE_CHARS_MAX: usize = 120;

/// What a finding says.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Who, what and why; [`CLIENT`] stands for who.
    pub title: String,
    /// The root cause in words.
    pub cause: String,
    /// What to change.
    pub remedy: String,
}

impl Told {
    /// A possible cause is never told as a fact.
    pub(super) fn doubt(&mut self, confidence: Confidence) {
        if confidence == Confidence::Possible && !self.cause.to_lowercase().contains("possibl") {
            self.cause = format!("Possibly: {}", self.cause);
        }
    }

    /// Puts the client's name where [`CLIENT`] stands, and cuts the title to its measure.
    pub(super) fn name_client(&mut self, client: Option<Party>) {
        let client = client.map_or_else(|| "clients".to_owned(), |party| party.to_string());
        for text in [&mut self.title, &mut self.cause, &mut self.remedy] {
            if text.contains(CLIENT) {
                *text = text.replace(CLIENT, &client);
            }
        }
        self.title = cut(&self.title, TITLE_CHARS_MAX);
    }
}

/// `text` with at most `max` characters; what was cut shows as an ellipsis.
pub fn cut(text: &str, max: usize) -> String {
    if text.len() <= max || text.chars().count() <= max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_never_breaks_inside_a_character() {
        let title = "ä".repeat(200);
        let short = cut(&title, TITLE_CHARS_MAX);
        assert_eq!(short.chars().count(), TITLE_CHARS_MAX);
        assert!(short.ends_with('…'));
    }
}
