//! Where a provider is.

use crate::engine::Zone;
use crate::engine::hosts;

/// Longer ones are no addresses.
const MAX_BYTES: usize = 2_048;

/// The URL a provider's paths are appended to: scheme, host, port and perhaps a path. Nothing else can be in it, no
/// user info, query or fragment, so it can be shown and stored.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    /// Without a slash at its end; scheme and host in lower case, without a port that goes without saying.
    text: String,
    /// Where the path begins, or the end.
    origin_end: usize,
    zone: Zone,
}

impl BaseUrl {
    /// Reads an address as people write it: `http://localhost:11434`, with or without a slash at its end.
    ///
    /// # Errors
    /// What is wrong with it, to go on after "the address".
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.is_empty() {
            return Err("is empty");
        }
        if text.len() > MAX_BYTES {
            return Err("is longer than 2048 bytes");
        }
        // Parsers encode these, drop them or take them for something else.
        if text
            .bytes()
            .any(|byte| !byte.is_ascii_graphic() || b"\\\"<>^`{|}".contains(&byte))
        {
            return Err("contains a blank, control, non-ASCII or reserved character");
        }
        let (scheme, port_of_scheme, rest) = if let Some(rest) = hosts::strip_scheme(text, "https://") {
            ("https://", ":443", rest)
        } else if let Some(rest) = hosts::strip_scheme(text, "http://") {
            ("http://", ":80", rest)
        } else {
            return Err("must begin with http:// or https://");
        };
        if rest.contains(['?', '#']) {
            return Err("must have no query and no fragment");
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err("must have no user name or password");
        }
        if hosts::has_dot_segment(path) {
            return Err("must have no `.` or `..` segments");
        }
        let zone = hosts::zone(hosts::host(authority)?)?;
        let authority = authority.to_ascii_lowercase();
        let authority = authority.strip_suffix(port_of_scheme).unwrap_or(&authority);
        let origin = [scheme, authority].concat();
        Ok(Self {
            origin_end: origin.len(),
            text: origin + path.trim_end_matches('/'),
            zone,
        })
    }

    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its origin, as browsers write it. A key goes there and nowhere else.
    pub fn origin(&self) -> &str {
        &self.text[..self.origin_end]
    }

    /// The path its own paths are appended to; often empty.
    pub fn path(&self) -> &str {
        &self.text[self.origin_end..]
    }

    /// Where the host is, as far as its name tells.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// Whether the way there is encrypted.
    pub fn is_secure(&self) -> bool {
        self.text.starts_with("https:")
    }

    /// The URL of a path below it, which begins with a slash.
    pub fn join(&self, path: &str) -> String {
        [&self.text, path].concat()
    }
}
