//! The words of an explanation. Names are repeated as they are, but for what cannot be seen or would reorder the text
//! around it, and shortened: a sentence stays a sentence whatever a model is called.

use std::borrow::Cow;

use super::candidate::{Name, Unreachable};
use super::fallback::Trouble;
use super::is_invisible;
use super::verdict::{Asker, Dropped, Feature, Readiness};
use crate::catalog::family::Family;
use crate::catalog::record::{Capability, Source, Support};

/// The most characters of a name that are repeated.
const MAX_NAME: usize = 60;
/// The most names in a row.
pub(super) const MAX_NAMES: usize = 5;

/// Why a model was left out, as the end of a sentence about it.
pub(super) fn because<'a>(dropped: &Dropped, profile: &str, families: &[Family]) -> Cow<'a, str> {
    match *dropped {
        Dropped::NotAskedFor => "another model was asked for by name".into(),
        Dropped::AlreadyTried { trouble } => ["it was tried already, and ", failure(trouble)].concat().into(),
        Dropped::ProviderFailed { trouble } => failure(trouble).into(),
        Dropped::CoolingDown { .. } => "it failed a short while ago and is left in peace for now".into(),
        Dropped::Unreachable { reason } => match reason {
            Unreachable::Offline => "there is no network",
            Unreachable::Cors => "its server does not accept requests from this page",
            Unreachable::Permission => "the browser has to be allowed to reach the local network",
            Unreachable::Down => "its server does not answer",
            Unreachable::Key => "its key is missing or was refused",
        }
        .into(),
        Dropped::FeatureMissing { need } => match need {
            Feature::Webgpu => "this browser has no WebGPU",
            Feature::ShaderF16 => "this device's WebGPU has no 16-bit numbers",
        }
        .into(),
        Dropped::GpuMemoryTooSmall { need, have } => [
            "it needs ",
            &bytes(need),
            " of graphics memory and there are ",
            &bytes(have),
        ]
        .concat()
        .into(),
        Dropped::DiskFull { need, have } => [
            "its download needs ",
            &bytes(need),
            " and ",
            &bytes(have),
            " are free",
        ]
        .concat()
        .into(),
        Dropped::NotHere => "it would have to be downloaded first".into(),
        Dropped::ContextTooSmall {
            need,
            have,
            source,
            by,
        } => {
            let (need, have) = (number(u64::from(need)), number(u64::from(have)));
            [
                &*asker(by, profile),
                " ",
                &need,
                " tokens of context and it has ",
                &have,
                " (",
                origin(source),
                ")",
            ]
            .concat()
            .into()
        }
        Dropped::CapabilityMissing { need, have, by } => {
            let can = if have == Support::No {
                "it cannot "
            } else {
                "nobody says that it can "
            };
            [can, ability(need), ", and ", &asker(by, profile), " that"]
                .concat()
                .into()
        }
        Dropped::FamilyNotPreferred => [
            profile,
            " takes only ",
            &list(families.iter().map(Family::as_str)),
        ]
        .concat()
        .into(),
    }
}

pub(super) fn ready(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::Resident => "can answer at once",
        Readiness::Cached => "is loaded quickly",
        Readiness::Reachable => "is run by a provider",
        Readiness::NeedsDownload => "must be downloaded first",
    }
}

fn failure(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::RateLimited { .. } => "its provider asked to slow down",
        Trouble::Overloaded { .. } => "its provider is overloaded",
        Trouble::ProviderDown => "its provider is down",
        Trouble::ContextExceeded { .. } => "the request was too long for it",
        Trouble::ModelGone => "its provider does not have it any more",
        Trouble::Unauthorized => "its provider refused the key",
        Trouble::LoadFailed => "it could not be loaded",
        Trouble::InvalidRequest => "it refused the request",
        Trouble::Canceled => "that was canceled",
    }
}

fn asker<'a>(by: Asker, profile: &str) -> Cow<'a, str> {
    match by {
        Asker::Profile => [profile, " asks for"].concat().into(),
        Asker::Request => "this request needs".into(),
        Asker::Overflow => "after the last try it takes".into(),
    }
}

fn ability(capability: Capability) -> &'static str {
    match capability {
        Capability::Tools => "use tools",
        Capability::Vision => "read images",
        Capability::Streaming => "give its answer piece by piece",
        Capability::Reasoning => "think before it answers",
        Capability::StructuredOutput => "answer in a given form",
        Capability::Embedding => "turn text into vectors",
        Capability::Audio => "work with sound",
        Capability::FillInMiddle => "fill in the middle of a text",
    }
}

fn origin(source: Source) -> &'static str {
    match source {
        Source::User => "as configured",
        Source::Served => "as it is served",
        Source::Advertised => "as its provider says",
        Source::Bundled => "from the bundled catalog",
        Source::Default => "assumed, as nobody says",
    }
}

pub(super) fn model(id: &Name, provider: &Name) -> String {
    ["“", &*shown(id.as_str()), "” (", &shown(provider.as_str()), ")"].concat()
}

pub(super) fn quoted(name: &str) -> String {
    ["“", &*shown(name), "”"].concat()
}

pub(super) fn offers(closest: &[Name]) -> String {
    let names: Vec<String> = closest.iter().map(|name| quoted(name.as_str())).collect();
    did_you_mean(&names)
}

pub(super) fn did_you_mean(names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    [" Did you mean ", &names.join(" or "), "?"].concat()
}

pub(super) fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for (place, name) in names.enumerate() {
        if place == MAX_NAMES {
            text.push_str(" …");
            break;
        }
        if place > 0 {
            text.push_str(", ");
        }
        text.push_str(&shown(name));
    }
    text
}

/// A name as a sentence can hold it.
pub(super) fn shown(name: &str) -> Cow<'_, str> {
    if name.len() <= MAX_NAME && name.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return Cow::Borrowed(name);
    }
    let mut chars = name.chars().map(|c| if is_invisible(c) { '\u{FFFD}' } else { c });
    let mut text: String = chars.by_ref().take(MAX_NAME).collect();
    if chars.next().is_some() {
        text.push('…');
    }
    Cow::Owned(text)
}

/// A number with its thousands apart.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A size in the unit people know, with one digit after the point.
fn bytes(bytes: u64) -> String {
    let (unit, name) = if bytes < 1_000_000_000 {
        (1_000_000, " MB")
    } else {
        (1_000_000_000, " GB")
    };
    let tenths = bytes / (unit / 10);
    [&number(tenths / 10), ".", &(tenths % 10).to_string(), name].concat()
}
