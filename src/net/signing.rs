//! The one place where a key is read to be sent.
//!
//! 1. A call is signed ([`SignedBy::new`]) if its URL is of the one origin the key is bound to, and that is one a key may
//!    be sent to: https, or this very device.
//! 2. Right before it is sent the port asks for the header ([`SignedBy::value_at`]), with the origin the platform reads out
//!    of the URL. If that is another one, there is no header, and nothing is sent.
//!
//! So a key reaches one origin, in a header that no other part of a request can set, and never a URL.

use std::fmt;
use std::rc::Rc;

use zeroize::Zeroizing;

use crate::engine::{Zone, hosts};
use crate::keys::Live;

/// A key on its way: what is sent, and where alone.
#[derive(Clone)]
pub struct SignedBy {
    header: &'static str,
    prefix: &'static str,
    live: Rc<Live>,
    origin: String,
}

impl SignedBy {
    /// Signs a call to `url` with a key that is bound to `origin`; nothing if it does not go there.
    pub fn new(
        header: &'static str,
        prefix: &'static str,
        live: Rc<Live>,
        origin: &str,
        url: &str,
    ) -> Option<Self> {
        let goes_there = origin_of(url) == Some(origin) && may_carry_keys(origin);
        goes_there.then(|| Self {
            header,
            prefix,
            live,
            origin: origin.to_owned(),
        })
    }

    /// The name of the header.
    pub fn header(&self) -> &'static str {
        self.header
    }

    /// The value of the header for a request that goes to `origin`, as the platform reads it; none for any other.
    pub fn value_at(&self, origin: &str) -> Option<Zeroizing<String>> {
        if origin != self.origin || !may_carry_keys(origin) {
            return None;
        }
        #[expect(clippy::disallowed_methods, reason = "here it is sent")]
        let key = self.live.secret().expose();
        Some(Zeroizing::new([self.prefix, key].concat()))
    }
}

/// Without the key.
impl fmt::Debug for SignedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.header)?;
        f.write_str(" to ")?;
        f.write_str(&self.origin)
    }
}

impl PartialEq for SignedBy {
    fn eq(&self, other: &Self) -> bool {
        self.header == other.header
            && self.prefix == other.prefix
            && self.origin == other.origin
            && self.live.secret().is(other.live.secret())
    }
}

impl Eq for SignedBy {}

/// Whether keys may be sent to an origin at all: what others on the way can read is none.
pub fn may_carry_keys(origin: &str) -> bool {
    if let Some(authority) = origin.strip_prefix("http://") {
        let zone = hosts::host(authority).and_then(hosts::zone);
        return zone == Ok(Zone::Loopback);
    }
    origin.starts_with("https://")
}

/// The origin of a URL as this package writes them: scheme and host in lower case, no port that goes without saying. A
/// URL with a user in it, or with what parsers read in more than one way, has none.
fn origin_of(url: &str) -> Option<&str> {
    let authority = url.find("://")? + 3;
    let rest = url.get(authority..)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let is_plain = rest[..end]
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"@\\".contains(&byte));
    is_plain.then(|| &url[..authority + end])
}
