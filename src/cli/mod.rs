//! The command line: what was typed, what runs, and the only place that prints.
