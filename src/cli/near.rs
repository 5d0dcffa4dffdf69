//! Words that somebody may have meant.

/// At most this many are suggested.
const SHOWN_MAX: usize = 4;

/// `; near it: tls-alpn, tls-sni`, or nothing where no word is near.
pub(super) fn sentence<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> String {
    match near(typed, known).as_slice() {
        [] => String::new(),
        words => format!("; near it: {}", words.join(", ")),
    }
}

/// The words nearest to what was typed: few letters differ, or one contains the other.
fn near<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let typed: String = typed.chars().take(64).collect::<String>().to_lowercase();
    let rank = |word: &'a str| {
        let lower = word.to_lowercase();
        let within = typed.len() > 2 && lower.contains(&typed);
        let distance = if within { 1 } else { distance(&typed, &lower) };
        // Of words that contain what was typed, the shortest is meant.
        (distance <= typed.len() / 3).then_some((distance, word.len(), word))
    };
    let mut ranked: Vec<_> = known.filter_map(rank).collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().take(SHOWN_MAX).map(|(.., word)| word).collect()
}

/// Letters to insert, remove or replace (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, c) in one.chars().enumerate() {
        let mut left = index + 1;
        let mut diagonal = std::mem::replace(&mut row[0], left);
        for (cell, o) in row[1..].iter_mut().zip(&other) {
            let replaced = diagonal + usize::from(c != *o);
            diagonal = *cell;
            left = replaced.min(left + 1).min(*cell + 1);
            *cell = left;
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_found() {
        assert_eq!(distance("kitten", "sitting"), 3);
        let ids = ["tls-alpn", "tls-sni", "tcp-refused", "tls-alert-unknown-ca"];
        assert_eq!(near("tcp-refuse", ids.into_iter()), ["tcp-refused"]);
        assert_eq!(near("unknown-ca", ids.into_iter()), ["tls-alert-unknown-ca"]);
        let names = ["CO_E_RUNAS_LOGON_FAILURE", "STATUS_LOGON_FAILURE", "LOGON_FAILURE"];
        assert_eq!(near("logon_failur", names.into_iter()).first(), Some(&"LOGON_FAILURE"));
        assert!(near("zzz", ids.into_iter()).is_empty());
        assert_eq!(sentence("zzz", ids.into_iter()), "");
    }
}
