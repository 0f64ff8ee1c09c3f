//! The words of an explanation. Names are repeated as they are, but for what cannot be seen or would reorder the text
//! around it, and shortened: a sentence stays a sentence whatever a model is called.
//!
//! Everything writes into the one text of its sentence: there are hundreds of them, and each has a dozen pieces.

use super::candidate::{Name, Unreachable};
use super::explain::Called;
use super::fallback::Trouble;
use super::verdict::{Asker, Dropped, Feature, Readiness};
use crate::catalog::family::Family;
use crate::catalog::record::{Capability, Source, Support};
use crate::invisible::is_invisible;

/// The most characters of a name that are repeated.
const MAX_NAME: usize = 60;
/// The most names in a row.
pub(super) const MAX_NAMES: usize = 5;

/// A sentence, as far as it is written.
pub(super) struct Sentence(String);

/// The profile a sentence speaks of: its name and its families, ready to be written.
pub(super) struct Asking {
    pub(super) name: String,
    pub(super) families: String,
}

impl Asking {
    pub(super) fn new(name: &str, families: &[Family]) -> Self {
        let mut list = Sentence::new();
        list.families(families);
        Self {
            name: Sentence::new().name(name).0,
            families: list.0,
        }
    }
}

impl Sentence {
    pub(super) fn new() -> Self {
        Self(String::with_capacity(128))
    }

    /// The text, with its full stop.
    pub(super) fn end(mut self) -> String {
        self.0.push('.');
        self.0
    }

    /// The text as it is.
    pub(super) fn text(self) -> String {
        self.0
    }

    pub(super) fn say(mut self, words: &str) -> Self {
        self.0.push_str(words);
        self
    }

    /// A name as a sentence can hold it.
    pub(super) fn name(mut self, name: &str) -> Self {
        if name.len() <= MAX_NAME && name.bytes().all(|byte| (b' '..0x7F).contains(&byte)) {
            self.0.push_str(name);
            return self;
        }
        let mut chars = name.chars();
        for c in chars.by_ref().take(MAX_NAME) {
            self.0.push(if is_invisible(c) { '\u{FFFD}' } else { c });
        }
        if chars.next().is_some() {
            self.0.push('…');
        }
        self
    }

    pub(super) fn quoted(self, name: &str) -> Self {
        self.say("“").name(name).say("”")
    }

    pub(super) fn model(self, id: &Name, provider: &Name, called: Called) -> Self {
        if let Some(name) = called(id.as_str(), provider.as_str()) {
            return self.name(&name);
        }
        self.quoted(id.as_str())
            .say(" (")
            .name(provider.as_str())
            .say(")")
    }

    pub(super) fn families(&mut self, families: &[Family]) {
        for (place, family) in families.iter().enumerate() {
            if place == MAX_NAMES {
                self.0.push_str(" …");
                break;
            }
            if place > 0 {
                self.0.push_str(", ");
            }
            let text = std::mem::take(&mut self.0);
            self.0 = Self(text).name(family.as_str()).0;
        }
    }

    /// A number with its thousands apart.
    pub(super) fn number(mut self, number: u64) -> Self {
        // The largest has 20 digits.
        let mut unit = 10_u64.pow(number.checked_ilog10().unwrap_or(0));
        let mut places = unit.ilog10();
        loop {
            // One digit always fits.
            self.0
                .push(char::from(b'0' + u8::try_from(number / unit % 10).unwrap_or(0)));
            if unit == 1 {
                return self;
            }
            if places.is_multiple_of(3) {
                self.0.push(',');
            }
            unit /= 10;
            places -= 1;
        }
    }

    /// A size in the unit people know, with one digit after the point.
    fn bytes(self, bytes: u64) -> Self {
        let (unit, name) = if bytes < 1_000_000_000 {
            (1_000_000, " MB")
        } else {
            (1_000_000_000, " GB")
        };
        let tenths = bytes / (unit / 10);
        self.number(tenths / 10).say(".").number(tenths % 10).say(name)
    }

    /// Names that may be meant instead of a wrong one; nothing without any.
    pub(super) fn offers<'a>(mut self, names: impl Iterator<Item = &'a str>) -> Self {
        let mut any = false;
        for name in names {
            self = self.say(if any { " or " } else { " Did you mean " }).quoted(name);
            any = true;
        }
        if any { self.say("?") } else { self }
    }

    /// Why a model was left out, as the end of a sentence about it.
    pub(super) fn because(self, dropped: &Dropped, asking: &Asking) -> Self {
        match *dropped {
            Dropped::NotAskedFor => self.say("another model was asked for by name"),
            Dropped::AlreadyTried { trouble } => self.say("it was tried already, and ").say(failure(trouble)),
            Dropped::ProviderFailed { trouble } => self.say(failure(trouble)),
            Dropped::CoolingDown { .. } => {
                self.say("it failed a short while ago and is left in peace for now")
            }
            Dropped::Unreachable { reason } => self.say(match reason {
                Unreachable::Offline => "there is no network",
                Unreachable::Cors => "its server does not accept requests from this page",
                Unreachable::Permission => "the browser has to be allowed to reach the local network",
                Unreachable::Down => "its server does not answer",
                Unreachable::Key => "its key is missing or was refused",
            }),
            Dropped::FeatureMissing { need } => self.say(match need {
                Feature::Webgpu => "this browser has no WebGPU",
                Feature::ShaderF16 => "this device's WebGPU has no 16-bit numbers",
            }),
            Dropped::GpuMemoryTooSmall { need, have } => {
                let needs = self.say("it needs ").bytes(need);
                needs.say(" of graphics memory and there are ").bytes(have)
            }
            Dropped::DiskFull { need, have } => {
                let needs = self.say("its download needs ").bytes(need);
                needs.say(" and ").bytes(have).say(" are free")
            }
            Dropped::NotHere => self.say("it would have to be downloaded first"),
            Dropped::ContextTooSmall {
                need,
                have,
                source,
                by,
            } => {
                let needs = self.asker(by, asking).say(" ").number(need.into());
                let has = needs.say(" tokens of context and it has ").number(have.into());
                has.say(" (").say(origin(source)).say(")")
            }
            Dropped::CapabilityMissing { need, have, by } => {
                let can = if have == Support::No {
                    "it cannot "
                } else {
                    "nobody says that it can "
                };
                let lacks = self.say(can).say(ability(need)).say(", and ");
                lacks.asker(by, asking).say(" that")
            }
            Dropped::FamilyNotPreferred => self.say(&asking.name).say(" takes only ").say(&asking.families),
        }
    }

    fn asker(self, by: Asker, asking: &Asking) -> Self {
        match by {
            Asker::Profile => self.say(&asking.name).say(" asks for"),
            Asker::Request => self.say("this request needs"),
            Asker::Overflow => self.say("after the last try it takes"),
        }
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
        Trouble::Failed => "it failed",
        Trouble::InvalidRequest => "it refused the request",
        Trouble::Canceled => "that was canceled",
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
