//! The model database: what is known of a model by its name.

pub mod bundle;
pub mod bundled;
pub mod family;
mod matching;
pub mod name;
pub mod pattern;
pub mod record;
