//! The rules as a whole: ids are unique, and every manual page has its sections.

use finwhale::rules::RULES;
use std::collections::BTreeSet;

#[test]
fn every_id_belongs_to_one_rule() {
    let mut seen = BTreeSet::new();
    for id in RULES.iter().flat_map(|rule| rule.ids) {
        assert!(seen.insert(id.id), "{} stands twice", id.id);
        assert!(!id.summary.is_empty() && id.summary.len() <= 100, "{}: summary", id.id);
    }
}

#[test]
fn every_manual_page_has_its_sections() {
    let sections =
        ["What it means", "How it looks on the wire", "Usual causes", "What to do", "References"];
    for rule in RULES {
        let name = rule.ids.first().map_or("?", |id| id.id);
        for section in sections {
            assert!(rule.manual.contains(&format!("## {section}\n")), "{name} lacks {section}");
        }
    }
}

#[test]
fn rules_explain_ids_that_exist_and_stand_later() {
    let later = |from: usize, id: &str| {
        RULES.iter().skip(from + 1).any(|rule| rule.ids.iter().any(|known| known.id == id))
    };
    for (at, rule) in RULES.iter().enumerate() {
        for id in rule.explains {
            assert!(later(at, id), "{id} is explained by a rule that does not stand before it");
        }
    }
}
