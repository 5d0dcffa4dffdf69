//! Names that were not found, and what came of it.
