//! The error codes that are failures of their own: number, id, words for a title, usual cause, remedy.

mod certificate;
mod logon;
mod ticket;

use crate::finding::Confidence::Certain;
use crate::rules::Id;

/// One code.
pub(super) struct Row {
    /// Its number.
    pub(super) code: i32,
    /// Its id, with usual cause and remedy.
    pub(super) id: Id,
    /// What is wrong, for a title.
    pub(super) short: &'static str,
}

const fn row(
    code: i32,
    id: &'static str,
    summary: &'static str,
    short: &'static str,
    cause: &'static str,
    remedy: &'static str,
) -> Row {
    Row { code, id: Id::error(id, Certain, summary).own(cause, remedy), short }
}

const FAMILIES: [&[Row]; 3] = [&logon::ROWS, &ticket::ROWS, &certificate::ROWS];

const COUNT: usize = logon::ROWS.len() + ticket::ROWS.len() + certificate::ROWS.len();

/// The ids of all codes: a rule wants them side by side.
pub(super) const IDS: [Id; COUNT] = {
    let mut ids = [logon::ROWS[0].id; COUNT];
    let (mut family, mut free) = (0, 0);
    while family < FAMILIES.len() {
        let mut at = 0;
        while at < FAMILIES[family].len() {
            ids[free] = FAMILIES[family][at].id;
            (at, free) = (at + 1, free + 1);
        }
        family += 1;
    }
    ids
};

/// The row of a code; `None` where the code is no failure (25, 52, 91), or has a rule of its own (37).
pub(super) fn row_of(code: i32) -> Option<&'static Row> {
    FAMILIES.iter().flat_map(|family| family.iter()).find(|row| row.code == code)
}
