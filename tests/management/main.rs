//! Model management under test. A [`desk::Desk`] owns the clock, the open questions and what is stored; it holds each
//! step against the laws that always hold, and a plain [`reference`] says what the caching rule gives.

mod bounds;
mod desk;
mod faults;
mod keys;
mod kinds;
mod lists;
mod old_servers;
mod properties;
mod providers;
mod random;
mod reference;
mod restarts;
mod servers;
mod shows;
mod told;
