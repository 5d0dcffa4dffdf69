//! What numbers mean: tables of codes, one file a space, and one look-up over all of them.
