//! Brings inputs to the core and carries out its effects.
//!
//! The page's side ([`page`]) borrows the core, hands it one input, takes the step, lets go of the core, and only then
//! performs the effects and delivers patch and events. The worker's side ([`worker`]) does the same for transfers, and
//! [`management`] for the configuration and all calls to providers.
//! [`stored`] is the form in which the core's records are kept.

pub mod management;
pub mod stored;
pub mod worker;

#[cfg(target_arch = "wasm32")]
mod clock;
#[cfg(target_arch = "wasm32")]
pub mod page;
