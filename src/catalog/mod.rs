//! The model database: what is known of a model by its name.

pub mod bundle;
pub mod family;
pub mod record;
