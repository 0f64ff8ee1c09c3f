//! The connection test: what became of the first question to a provider, and what that means (requirement P3).
//!
//! The question is for the version where there is one, and else the cheapest that is not answered without a good key.
//!
//! A browser says the same of a server that is down, one that lets no page in, and one in a local network it was not
//! permitted to reach: "failed to fetch". What tells them apart is looked up beside it: whether anything answers a
//! request whose answer the page may not read (`no-cors`), and the state of the permission. All of that comes in as
//! data; this is the table.

use serde::Serialize;

use crate::engine::Zone;
use crate::engine::failure::ErrorCode;

use super::error::{ProviderError, ProviderErrorKind};
use super::listed::ServerVersion;
use super::{Ability, KeyNeed, Kind, Provider, Server};

/// What became of the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// An answer, and what the decoder made of it: the version, if that was the question.
    Answer(Result<Option<ServerVersion>, ProviderError>),
    /// No answer: the browser gives no reason.
    Nothing,
    /// No answer in time.
    Silence,
}

/// Whether anything answered a request whose answer the page may not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OpaqueProbe {
    /// It was not asked.
    #[default]
    NotTried,
    /// Something answered.
    Answered,
    /// Nothing did.
    Failed,
}

/// The state of the browser's permission to reach the local network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Permission {
    /// The browser has no such permission, or does not tell.
    #[default]
    Unknown,
    /// Given.
    Granted,
    /// Refused.
    Denied,
    /// The person was not asked yet, or has not answered.
    Prompt,
}

/// What is known around the question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The origin of the page, as the browser writes it.
    pub page_origin: String,
    /// Whether the page is a secure context.
    pub page_is_secure: bool,
    /// Whether the browser says that it has no network.
    pub offline: bool,
    /// What the probe gave.
    pub probe: OpaqueProbe,
    /// The permission for where the provider is.
    pub permission: Permission,
    /// Whether the question was asked without a key.
    pub without_key: bool,
}

/// What a connection test found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "ConnectionFinding"))]
#[serde(rename_all = "camelCase")]
pub enum Finding {
    /// It answers as it should.
    Reachable,
    /// Nothing is there.
    NotRunning,
    /// It does not let pages of this origin in.
    OriginRefused,
    /// The person has to permit the page to reach the local network, or has refused.
    LocalNetworkPermission,
    /// The page came over http, and browsers let such pages reach no local network.
    InsecurePage,
    /// The page came over https and the provider is asked over http.
    MixedContent,
    /// Something else answers there.
    WrongUrl,
    /// It wants a key, or another one.
    BadKey,
    /// The key does not allow it: a plan, a region, a setting.
    NotAllowed,
    /// It asks to slow down, or has too much to do.
    Busy,
    /// It answers, with an error.
    Broken,
    /// It does not answer in time.
    TimedOut,
    /// The browser has no network.
    Offline,
    /// Down, or not letting this page in: the browser does not tell.
    Unclear,
}

/// What to tell the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What was found.
    pub finding: Finding,
    /// The version of the server, where it answered.
    pub version: Option<ServerVersion>,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// What it is, as a sentence.
    pub message: String,
    /// What to do, as sentences; empty when all is well.
    pub advice: String,
    /// A setting of the server to copy, for instance `OLLAMA_ORIGINS=https://app.example`.
    pub setting: Option<String>,
}

impl Finding {
    /// The public code; `None` when all is well.
    pub fn code(self) -> Option<ErrorCode> {
        Some(match self {
            Self::Reachable => return None,
            Self::NotRunning => ErrorCode::Network,
            Self::OriginRefused | Self::MixedContent | Self::Unclear => ErrorCode::CorsOrNetwork,
            Self::LocalNetworkPermission | Self::InsecurePage => ErrorCode::LocalNetworkPermission,
            Self::WrongUrl | Self::NotAllowed | Self::Broken => ErrorCode::ProviderError,
            Self::BadKey => ErrorCode::Unauthorized,
            Self::Busy => ErrorCode::RateLimited,
            Self::TimedOut => ErrorCode::Timeout,
            Self::Offline => ErrorCode::Offline,
        })
    }
}

/// Judges.
pub fn judge(provider: &Provider, heard: &Heard, around: &Surroundings) -> Verdict {
    let finding = match heard {
        Heard::Answer(Ok(_)) => Finding::Reachable,
        Heard::Answer(Err(error)) => of_refusal(provider.kind, &error.kind, around.without_key),
        Heard::Nothing => of_nothing(provider, around),
        Heard::Silence => of_silence(provider, around),
    };
    let (version, error) = match heard {
        Heard::Answer(Ok(version)) => (version.clone(), None),
        // Its refusal is as good as an answer.
        Heard::Answer(Err(_)) if finding == Finding::Reachable => (None, None),
        Heard::Answer(Err(error)) => (None, Some(error)),
        Heard::Nothing | Heard::Silence => (None, None),
    };
    let setting = (finding == Finding::OriginRefused)
        .then(|| setting(provider, &around.page_origin))
        .flatten();
    Verdict {
        finding,
        version,
        status: error.and_then(|error| error.status),
        message: message(provider, finding, error),
        advice: advice(provider, finding, around, setting.as_deref()),
        setting,
    }
}

fn of_refusal(kind: Kind, refusal: &ProviderErrorKind, without_key: bool) -> Finding {
    match refusal {
        // Whatever refuses who has no key wants one first, in whichever words; a source has much for everybody.
        ProviderErrorKind::Unauthorized if without_key && !kind.can(Ability::Chat) => Finding::Reachable,
        ProviderErrorKind::Forbidden | ProviderErrorKind::Refused
            if without_key && kind.key() == KeyNeed::Required =>
        {
            Finding::BadKey
        }
        ProviderErrorKind::OriginRefused => Finding::OriginRefused,
        ProviderErrorKind::Unauthorized => Finding::BadKey,
        ProviderErrorKind::NoCredit | ProviderErrorKind::Forbidden => Finding::NotAllowed,
        ProviderErrorKind::RateLimited { .. } | ProviderErrorKind::Overloaded { .. } => Finding::Busy,
        ProviderErrorKind::TimedOut => Finding::TimedOut,
        ProviderErrorKind::NotThisProtocol(_)
        | ProviderErrorKind::NotFound
        | ProviderErrorKind::TooLong
        | ProviderErrorKind::Refused => Finding::WrongUrl,
        ProviderErrorKind::Failed
        | ProviderErrorKind::Incomplete
        | ProviderErrorKind::ContextExceeded { .. }
        | ProviderErrorKind::Unsupported(_)
        | ProviderErrorKind::ModelCannot
        | ProviderErrorKind::InvalidName(_)
        | ProviderErrorKind::Source(_)
        | ProviderErrorKind::InvalidRequest { .. } => Finding::Broken,
    }
}

/// Whether browsers guard the way from this page to there. A page that came from this computer is let through.
fn is_guarded(provider: &Provider, around: &Surroundings) -> bool {
    provider.base.zone() != Zone::Public && !is_local(&around.page_origin)
}

/// Whether a page came from this computer.
fn is_local(origin: &str) -> bool {
    super::BaseUrl::parse(origin).is_ok_and(|page| page.zone() == Zone::Loopback)
}

fn of_nothing(provider: &Provider, around: &Surroundings) -> Finding {
    let guarded = is_guarded(provider, around);
    if around.offline && provider.base.zone() != Zone::Loopback {
        return Finding::Offline;
    }
    // Something is there and the browser may go there: then it is the server that keeps the page out.
    if around.probe == OpaqueProbe::Answered {
        return Finding::OriginRefused;
    }
    match around.permission {
        Permission::Denied if guarded && around.page_is_secure => Finding::LocalNetworkPermission,
        Permission::Denied if guarded => Finding::InsecurePage,
        Permission::Prompt if guarded => Finding::LocalNetworkPermission,
        // A permission is known only to browsers that ask for one, and they lift this block with it.
        _ if is_mixed(provider, around) => Finding::MixedContent,
        _ if around.probe == OpaqueProbe::Failed => Finding::NotRunning,
        _ => Finding::Unclear,
    }
}

/// Browsers block http from a page that came over https, except to this computer, and to the local network where
/// a permission covers that.
fn is_mixed(provider: &Provider, around: &Surroundings) -> bool {
    let covered = match provider.base.zone() {
        Zone::Loopback => true,
        Zone::Private => around.permission != Permission::Unknown,
        Zone::Public => false,
    };
    around.page_origin.starts_with("https:") && !provider.base.is_secure() && !covered
}

/// While the browser waits for the person to answer its question, so does the request.
fn of_silence(provider: &Provider, around: &Surroundings) -> Finding {
    if around.permission == Permission::Prompt && is_guarded(provider, around) {
        Finding::LocalNetworkPermission
    } else {
        Finding::TimedOut
    }
}

/// The line that lets the page in.
fn setting(provider: &Provider, origin: &str) -> Option<String> {
    // Pages from files and sandboxes have an origin that cannot be named.
    let has_name = !origin.is_empty() && origin != "null";
    match (provider.kind, provider.server) {
        (Kind::Ollama, _) if has_name => Some(["OLLAMA_ORIGINS=", origin].concat()),
        (Kind::OpenAi, Some(Server::Vllm)) if has_name => {
            Some(["--allowed-origins '[\"", origin, "\"]'"].concat())
        }
        (Kind::OpenAi, Some(Server::LmStudio)) => Some("lms server start --cors".to_owned()),
        _ => None,
    }
}

/// Whether it is a service of the internet, which nobody starts and which lets pages in.
fn is_service(provider: &Provider) -> bool {
    provider.kind != Kind::Ollama && provider.base.zone() == Zone::Public
}

fn message(provider: &Provider, finding: Finding, error: Option<&ProviderError>) -> String {
    let name = provider.name();
    let place = provider.base.as_str();
    let mut text = match finding {
        Finding::Reachable => [name, " answers at ", place],
        Finding::NotRunning => ["Nothing answers at ", place, ""],
        Finding::OriginRefused => [name, " does not let this page in at ", place],
        Finding::LocalNetworkPermission => [
            "The browser has no permission to reach ",
            place,
            " in the local network",
        ],
        Finding::InsecurePage => [
            "The browser does not let a page without https reach ",
            place,
            " in the local network",
        ],
        Finding::MixedContent => [
            "The browser does not let a page with https reach ",
            place,
            ", which has none",
        ],
        Finding::WrongUrl => [place, " is not ", name],
        Finding::BadKey => [name, " wants a valid key at ", place],
        Finding::NotAllowed => [name, " does not allow this at ", place],
        Finding::Busy => [name, " has too much to do at ", place],
        Finding::Broken => [name, " answers with an error at ", place],
        Finding::TimedOut => ["No answer in time from ", place, ""],
        Finding::Offline => ["The browser has no network to reach ", place, ""],
        Finding::Unclear => [place, " is down, or does not let this page in", ""],
    }
    .concat();
    if let Some(error) = error {
        if let ProviderErrorKind::NotThisProtocol(what) = error.kind {
            text.push_str(": it sent ");
            text.push_str(what.words());
        } else if let Some(said) = &error.said {
            text.push_str(": ");
            text.push_str(said);
        }
    }
    if !text.ends_with(['.', '!', '?', '…']) {
        text.push('.');
    }
    text
}

fn advice(provider: &Provider, finding: Finding, around: &Surroundings, setting: Option<&str>) -> String {
    let name = provider.name();
    let local = provider.base.zone() == Zone::Loopback;
    match finding {
        Finding::Reachable => String::new(),
        Finding::NotRunning if local => [
            "Start ",
            name,
            " on this computer, or correct the address and the port.",
        ]
        .concat(),
        Finding::NotRunning | Finding::OriginRefused | Finding::Unclear if is_service(provider) => [
            "Check the address, and that nothing keeps this page from ",
            name,
            ": an extension, a firewall, or the page's own Content-Security-Policy.",
        ]
        .concat(),
        Finding::NotRunning => ["Check that ", name, " runs there and the address is right."].concat(),
        Finding::OriginRefused => origin_advice(provider, setting, &around.page_origin),
        Finding::LocalNetworkPermission if around.permission == Permission::Denied => {
            "Allow local network access for this page in the browser's site settings, then test again."
                .to_owned()
        }
        Finding::LocalNetworkPermission => {
            "Test again and allow local network access when the browser asks.".to_owned()
        }
        Finding::InsecurePage => "Open this page over https, or from localhost.".to_owned(),
        Finding::MixedContent => ["Put ", name, " behind https, or open this page from localhost."].concat(),
        Finding::WrongUrl => match provider.base.path() {
            _ if provider.kind != Kind::Ollama => [
                "Check the address, its path and the port, and that it is ",
                name,
                ".",
            ]
            .concat(),
            "" => ["Check the address and the port, and that it is ", name, "."].concat(),
            path => [
                "Leave `",
                path,
                "` out of the address, unless a proxy puts ",
                name,
                " there.",
            ]
            .concat(),
        },
        Finding::BadKey => "Enter a valid key.".to_owned(),
        Finding::NotAllowed => "Check the plan, the region and the settings of this provider.".to_owned(),
        Finding::Busy => "Wait a moment and test again.".to_owned(),
        Finding::Broken => "Look into the log of the server, or test again later.".to_owned(),
        Finding::TimedOut => {
            "Check the address, and that no firewall is in between; then test again.".to_owned()
        }
        Finding::Offline => "Connect to a network and test again.".to_owned(),
        Finding::Unclear => {
            let mut text = ["Check that ", name, " runs. If it does: "].concat();
            let line = self::setting(provider, &around.page_origin);
            text.push_str(&origin_advice(provider, line.as_deref(), &around.page_origin));
            text
        }
    }
}

/// Never to allow every origin: any page in the world could then use the server.
fn origin_advice(provider: &Provider, setting: Option<&str>, origin: &str) -> String {
    let name = provider.name();
    match setting {
        Some(line) if provider.kind == Kind::Ollama => [
            "Set `",
            line,
            "` in the environment of ",
            name,
            " and start it again.",
        ]
        .concat(),
        Some(line) if line.starts_with("--") => ["Start ", name, " again with `", line, "`."].concat(),
        Some(line) => ["Turn on CORS in the settings of ", name, ", or run `", line, "`."].concat(),
        None if origin.is_empty() || origin == "null" => {
            "Open this page from a web server: a page from a file has no origin that could be let in."
                .to_owned()
        }
        None => ["Allow ", origin, " in the settings of ", name, "."].concat(),
    }
}
