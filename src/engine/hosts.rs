//! Which URLs model files may come from.
//!
//! This is no URL parser but a narrow grammar: what it accepts, every parser reads the same way, and everything else
//! is refused. Threats T2 and T3 of the security notes: user info, look-alike hosts, odd spellings of addresses,
//! private networks.

/// Which hosts model files may come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HostPolicy {
    /// Public hosts, over https.
    #[default]
    Public,
    /// Also this computer, over http too: for a page that comes from there.
    PublicAndLoopback,
    /// Any host; http for private ones too.
    Any,
}

/// Checks URLs by a policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hosts {
    policy: HostPolicy,
}

/// Longer ones are no addresses of files but attacks on whoever shows them.
const MAX_URL_BYTES: usize = 4_096;

/// The ports of other protocols that browsers refuse to fetch from (the "bad port" list of the Fetch standard).
const BLOCKED_PORTS: [u16; 82] = [
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
    109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
    526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
    3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/// Where a host is, as far as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Somewhere on the internet.
    Public,
    /// In the local network.
    Private,
    /// On this computer.
    Loopback,
}

impl Hosts {
    pub(super) fn new(policy: HostPolicy) -> Self {
        Self { policy }
    }

    /// Says what is wrong with a URL.
    pub(super) fn check(self, url: &str) -> Result<(), &'static str> {
        if url.len() > MAX_URL_BYTES {
            return Err("is longer than 4096 bytes");
        }
        // Parsers encode these, drop them or take them for something else.
        if url
            .bytes()
            .any(|byte| !byte.is_ascii_graphic() || b"\\\"<>^`{|}".contains(&byte))
        {
            return Err(
                "contains a blank, control, non-ASCII or reserved character; write it percent-encoded",
            );
        }
        let (secure, rest) = if let Some(rest) = strip_scheme(url, "https://") {
            (true, rest)
        } else if let Some(rest) = strip_scheme(url, "http://") {
            (false, rest)
        } else {
            return Err("must be an absolute https: URL");
        };
        if url.contains('#') {
            return Err("must have no fragment");
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains('@') {
            return Err("must have no user name or password");
        }
        // Anything in a query could be a secret that ends up in stored records, and a signature expires anyway.
        if path.contains('?') {
            return Err("must have no query");
        }
        if !path.starts_with('/') || path.len() < 2 {
            return Err("must name a file");
        }
        if has_dot_segment(path) {
            return Err("must have no `.` or `..` segments");
        }
        let zone = zone(host(authority)?)?;
        match (zone, self.policy, secure) {
            (Zone::Public, _, true)
            | (Zone::Loopback, HostPolicy::PublicAndLoopback | HostPolicy::Any, _)
            | (Zone::Private, HostPolicy::Any, _) => Ok(()),
            (Zone::Public, _, false) => Err("must use https"),
            _ => Err("points to a private host; `allowPrivateHosts` lets it"),
        }
    }
}

pub(crate) fn strip_scheme<'a>(url: &'a str, scheme: &str) -> Option<&'a str> {
    let (start, rest) = url.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

pub(crate) fn has_dot_segment(path: &str) -> bool {
    let path = path.to_ascii_lowercase().replace("%2e", ".");
    path.split('/').any(|segment| segment == "." || segment == "..")
        || path.contains("%2f")
        || path.contains("%5c")
}

/// The host of an authority, its port checked.
pub(crate) fn host(authority: &str) -> Result<&str, &'static str> {
    let (host, port) = if authority.starts_with('[') {
        let end = authority.find(']').ok_or("has a broken host")? + 1;
        let (host, rest) = authority.split_at(end);
        (
            host,
            rest.strip_prefix(':')
                .or(if rest.is_empty() { None } else { Some("x") }),
        )
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        }
    };
    if let Some(port) = port {
        let known =
            port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|p| p > 0);
        if !known {
            return Err("has a broken port");
        }
        if port.parse().is_ok_and(|port: u16| BLOCKED_PORTS.contains(&port)) {
            return Err("has a port that browsers block");
        }
    }
    Ok(host)
}

/// Where a host is; what is wrong with it if it is none.
pub(crate) fn zone(host: &str) -> Result<Zone, &'static str> {
    const BROKEN: &str = "has a broken host";
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let address: std::net::Ipv6Addr = address.parse().map_err(|_| BROKEN)?;
        // IPv6 literals are never how a public model host is named, mapped IPv4 addresses least of all.
        return Ok(if address.is_loopback() {
            Zone::Loopback
        } else {
            Zone::Private
        });
    }
    let host = host.to_ascii_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    let fine = |label: &&str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    if host.len() > 253 || !labels.iter().all(fine) {
        return Err(BROKEN);
    }
    let last = labels.last().copied().unwrap_or_default();
    // A last label that is a number makes browsers read the whole host as an IPv4 address, in any of its odd forms.
    if last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x") {
        let address: std::net::Ipv4Addr = host.parse().map_err(|_| BROKEN)?;
        return Ok(if address.is_loopback() {
            Zone::Loopback
        } else {
            Zone::Private
        });
    }
    Ok(match last {
        "localhost" => Zone::Loopback,
        "local" | "localdomain" | "internal" | "lan" | "home" | "corp" | "intranet" | "private" => {
            Zone::Private
        }
        "arpa" if host.ends_with("home.arpa") => Zone::Private,
        _ if labels.len() == 1 => Zone::Private,
        _ => Zone::Public,
    })
}
