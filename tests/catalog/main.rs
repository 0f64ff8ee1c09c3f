//! The model database under test: patterns against `globset` and a slow reference, names, families, lookups, the
//! entries of an app, bad input.

mod bad_input;
mod entries;
mod families;
mod lints;
mod lookups;
mod merging;
mod parsing;
mod patterns;
mod rows;
