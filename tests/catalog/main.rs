//! The model database under test: patterns against `globset` and a slow reference, names, families, lookups, the
//! entries of an app, bad input; and its bundled data: the reader, what must hold of every line, and the names people
//! use.

mod bad_input;
mod batches;
mod bundled;
mod data;
mod entries;
mod families;
mod lints;
mod lookups;
mod merging;
mod names;
mod parsing;
mod patterns;
mod rows;
