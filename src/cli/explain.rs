//! `explain`: the manual page of a finding, or what a code means; and `rules`, the list of all findings.

use super::args::ids;
use super::near;
use crate::codes;
use crate::report::text;
use crate::rules::{Id, RULES, Rule};
use anstyle::Style;
use std::fmt::Write as _;

const HEADING: Style = Style::new().bold();

/// Styled text on an id or a code.
///
/// # Errors
/// The word is unknown; near ones are named.
pub(super) fn explain(words: &[String]) -> Result<String, String> {
    let word = words.join(" ");
    if let Some((rule, id)) = rule(&word) {
        return Ok(manual(rule, id));
    }
    let meanings = codes::explain(&word);
    if !meanings.is_empty() {
        return Ok(text::meanings(&meanings, summary));
    }
    let names = codes::SPACES.iter().flat_map(|space| space.rows()).map(|row| row.name);
    let names = names.flat_map(|name| [name, codes::bare(name)]);
    let near = near::sentence(&word, ids().map(|id| id.id).chain(names));
    Err(format!("nothing is known of `{word}`{near}; `finwhale rules` lists all findings"))
}

/// What a finding is, in one line; nothing for an unknown id.
fn summary(id: &str) -> &'static str {
    ids().find(|known| known.id == id).map_or("", |known| known.summary)
}

fn rule(word: &str) -> Option<(&'static Rule, &'static Id)> {
    RULES
        .iter()
        .find_map(|rule| Some((rule, rule.ids.iter().find(|id| id.id.eq_ignore_ascii_case(word))?)))
}

/// The manual page of a rule, headed by one of its ids.
fn manual(rule: &Rule, id: &Id) -> String {
    let mut page = format!(
        "{HEADING}{}{HEADING:#}: {}.\nSeverity: {} at most; confidence: {} at most.\n",
        id.id,
        id.summary,
        id.severity.name(),
        id.confidence.name()
    );
    let [cause, remedy] = id.own;
    if !cause.is_empty() {
        page.push_str(&text::labelled(&[("Usually", cause), ("What to do", remedy)]));
        page.push('\n');
    }
    for line in rule.manual.lines().skip_while(|line| line.starts_with("# ") || line.is_empty()) {
        // Writing to a String cannot fail.
        let _ = match line.trim_start_matches('#') {
            heading if heading.len() < line.len() => {
                writeln!(page, "{HEADING}{}{HEADING:#}", heading.trim())
            }
            text => writeln!(page, "{text}"),
        };
    }
    page
}

/// Every finding, one a line: id, severity, confidence, summary.
pub(super) fn rules() -> String {
    let width = ids().map(|id| id.id.len()).max().unwrap_or(0);
    let mut list = String::new();
    for Id { id, severity, confidence, summary, .. } in ids() {
        let (severity, confidence) = (severity.name(), confidence.name());
        // Writing to a String cannot fail.
        let _ = writeln!(list, "{id:width$}  {severity:7}  {confidence:8}  {summary}");
    }
    list
}
