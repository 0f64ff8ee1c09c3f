//! The model database: what is known of a model by its name.

pub mod family;
pub mod record;
