//! What the drive of model management needs from the world around it.

use std::rc::Rc;

use crate::engine::Zone;
use crate::engine::protocol::FromWorker;
use crate::keys::Redactor;
use crate::management::{KeyState, ProviderState, Reach};
use crate::net::call::Calls;
use crate::providers::connection::Permission;
use crate::storage::crypto::Crypto;
use crate::storage::records::Records;
use crate::transfer::step::Now;

/// The world of model management. One type, so that a test replaces all of it at once.
pub trait Ports: 'static {
    /// The network.
    type Net: Calls<Body: 'static, Abort: 'static> + 'static;
    /// The records.
    type Records: Records + 'static;
    /// What encrypts keys.
    type Crypto: Crypto + 'static;

    /// The network.
    fn net(&self) -> &Self::Net;

    /// The time, and a random number.
    fn now(&self) -> Now;

    /// Waits.
    fn sleep(&self, ms: u64) -> impl Future<Output = ()> + 'static;

    /// Runs a task beside the others; it must not start before this returns.
    fn spawn(&self, task: impl Future<Output = ()> + 'static);

    /// Whether the browser says that it has no network.
    fn is_offline(&self) -> bool;

    /// Where the page is.
    fn page(&self) -> &Origin;

    /// The state of the permission to reach servers there.
    fn permission(&self, zone: Zone) -> impl Future<Output = Permission> + 'static;

    /// Tells the host.
    fn tell(&self, news: News<'_>);

    /// Tells the origin's other tabs.
    fn tell_tabs(&self, word: TabWord);

    /// What keeps keys out of everything that leaves.
    fn redactor(&self) -> &Rc<Redactor>;
}

/// What tabs say to each other of keys. That something changed, never what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TabWord {
    /// What is stored is another.
    Changed,
    /// The keys behind the passphrase were locked.
    Locked,
}

/// Where the page is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Its origin, as the browser writes it.
    pub text: String,
    /// Whether it is a secure context.
    pub is_secure: bool,
}

/// What the host is told.
#[derive(Debug, Clone, PartialEq)]
pub enum News<'a> {
    /// The models of a provider.
    Listed {
        /// The provider.
        provider: &'a str,
        /// The JSON text of manifests.
        models: &'a str,
        /// How many these are.
        count: u32,
        /// It is an old list.
        stale: bool,
    },
    /// The state of a provider.
    ProviderChanged(&'a ProviderState),
    /// A provider that is not configured any more.
    ProviderRemoved(&'a str),
    /// What is known of a provider's key.
    KeyChanged(&'a str, &'a KeyState),
    /// Whether a provider can be reached.
    Reach(&'a str, Reach),
    /// Something of a pull.
    Pull(&'a FromWorker),
}

/// Whom an answer is told to.
pub trait Sink {
    /// What came with one piece from the network: a JSON text.
    fn delta(&self, text: &str);

    /// The last call: how it ended, as a JSON text, or why it broke off.
    fn ended(&self, end: Result<&str, &crate::engine::failure::Failure>);
}
