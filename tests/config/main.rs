//! The configuration: layers, bounds, errors, what is handed on, and the published schema.

mod support;

mod bad_input;
mod effective;
mod errors;
mod layers;
mod model_options;
mod options;
mod properties;
mod schema;
mod strings;
mod table;
