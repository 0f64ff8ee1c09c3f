//! The router: each line of its requirements by name, and properties of what it does with models, profiles and
//! requests at random. [`reference`] is a second router, slow and written from the requirements alone; both must agree.

mod device;
mod explaining;
mod fallback;
mod properties;
mod reference;
mod requirements;
mod settings;
mod support;
