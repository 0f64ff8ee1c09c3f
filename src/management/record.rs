//! What is stored: one record for the list of a provider, one for the details of each model, and one that says until
//! when what a provider said does not count any more.
//!
//! A cache may always be written anew: what cannot be read, or is of another version, is forgotten and asked again.

use crate::catalog::record::{Capabilities, Capability, Support};
use crate::engine::ids::{ModelId, Timestamp};
use crate::json::{self, readable};
use crate::providers::listed::{ListedModel, ShownModel};

use super::cache::{Age, Detail, List};
use super::details::Parameter;
use super::kept::{Kept, Looked};
use super::served::id;
use super::text::Text;

/// The version of all shapes here.
const VERSION: u32 = 1;
/// How each of them begins.
const HEAD: &str = "{\"version\":1,\"provider\":";
/// About how many bytes a model takes.
const MODEL_BYTES: usize = 384;

/// A record, as the runtime stores it. Keys begin with `list/`, `show/` or `mark/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Names it.
    pub key: String,
    /// JSON text, with the version of its shape.
    pub text: String,
}

/// What a record says.
#[derive(Debug)]
pub(super) enum Said {
    /// The list of a provider.
    List(List),
    /// The details of a model.
    Detail(Box<Detail>),
    /// What a provider said up to that time does not count any more.
    Mark { provider: String, at: Timestamp },
}

pub(super) fn list_key(provider: &str) -> String {
    ["list/", provider].concat()
}

pub(super) fn show_key(provider: &str, model: &str) -> String {
    ["show/", provider, "/", model].concat()
}

pub(super) fn mark_key(provider: &str) -> String {
    ["mark/", provider].concat()
}

struct StoredList {
    version: u32,
    provider: String,
    address: String,
    at: Timestamp,
    left_out: u32,
    models: Vec<StoredModel>,
}

struct StoredDetail {
    version: u32,
    provider: String,
    address: String,
    at: Timestamp,
    model: StoredModel,
    parameters: Vec<Parameter>,
    template: Option<String>,
    system: Option<String>,
    license: Option<String>,
}

struct StoredMark {
    version: u32,
    provider: String,
    at: Timestamp,
}

struct StoredModel {
    name: String,
    family: Option<String>,
    format: Option<String>,
    size: Option<u64>,
    millions: Option<u32>,
    quantization: Option<String>,
    modified: Option<String>,
    context: Option<u32>,
    configured: Option<u32>,
    served: Option<u32>,
    output: Option<u32>,
    /// One sign for each capability, in the order of [`Capability::ALL`]: `y`, `n` or `?`.
    can: String,
    digest: Option<String>,
    remote: Option<String>,
    looked: bool,
}

readable! {
    StoredList {
        version: "version",
        provider: "provider",
        address: "address",
        at: "at",
        left_out: "left_out",
        models: "models",
    }
    StoredDetail {
        version: "version",
        provider: "provider",
        address: "address",
        at: "at",
        model: "model",
        parameters: "parameters",
        template: "template?",
        system: "system?",
        license: "license?",
    }
    StoredMark { version: "version", provider: "provider", at: "at" }
    StoredModel {
        name: "name",
        family: "family?",
        format: "format?",
        size: "size?",
        millions: "millions?",
        quantization: "quantization?",
        modified: "modified?",
        context: "context?",
        configured: "configured?",
        served: "served?",
        output: "output?",
        can: "can",
        digest: "digest?",
        remote: "remote?",
        looked: "looked",
    }
    Parameter { name: "name", value: "value" }
}

fn signs(capabilities: Capabilities) -> String {
    let sign = |capability| match capabilities.get(capability) {
        Support::Yes => 'y',
        Support::No => 'n',
        Support::Unknown => '?',
    };
    Capability::ALL.into_iter().map(sign).collect()
}

fn capabilities(signs: &str) -> Capabilities {
    let mut capabilities = Capabilities::default();
    for (capability, sign) in Capability::ALL.into_iter().zip(signs.bytes()) {
        let support = match sign {
            b'y' => Support::Yes,
            b'n' => Support::No,
            _ => Support::Unknown,
        };
        capabilities.set(capability, support);
    }
    capabilities
}

impl StoredModel {
    fn kept(self) -> Kept {
        let model = ListedModel {
            name: self.name,
            family: self.family,
            format: self.format,
            size_bytes: self.size,
            parameters_millions: self.millions,
            quantization: self.quantization,
            modified: self.modified,
            context: self.context,
            configured_context: self.configured,
            served_context: self.served,
            max_output: self.output,
            capabilities: capabilities(&self.can),
            digest: self.digest,
            remote_host: self.remote,
        };
        let looked = if self.looked { Looked::Well } else { Looked::No };
        Kept { model, looked }
    }
}

fn write_model(text: &mut Text, model: &ListedModel, looked: bool) {
    text.word("{\"name\":", Some(&model.name))
        .word(",\"family\":", model.family.as_deref())
        .word(",\"format\":", model.format.as_deref())
        .count(",\"size\":", model.size_bytes)
        .count(",\"millions\":", model.parameters_millions.map(u64::from))
        .word(",\"quantization\":", model.quantization.as_deref())
        .word(",\"modified\":", model.modified.as_deref())
        .count(",\"context\":", model.context.map(u64::from))
        .count(",\"configured\":", model.configured_context.map(u64::from))
        .count(",\"served\":", model.served_context.map(u64::from))
        .count(",\"output\":", model.max_output.map(u64::from))
        .word(",\"can\":", Some(&signs(model.capabilities)))
        .word(",\"digest\":", model.digest.as_deref())
        .word(",\"remote\":", model.remote_host.as_deref())
        .raw(if looked {
            ",\"looked\":true}"
        } else {
            ",\"looked\":false}"
        });
}

fn head(provider: &str, address: &str, at: Timestamp, room: usize) -> Text {
    let mut text = Text::with_room(room);
    text.word(HEAD, Some(provider))
        .word(",\"address\":", Some(address))
        .count(",\"at\":", Some(at));
    text
}

pub(super) fn of_list(list: &List) -> Record {
    let room = list.models.len() * MODEL_BYTES + MODEL_BYTES;
    let mut text = head(&list.provider, &list.address, list.age.at, room);
    text.count(",\"left_out\":", Some(list.left_out.into()));
    let mut before = ",\"models\":[";
    for kept in &list.models {
        text.raw(before);
        write_model(&mut text, &kept.model, kept.looked == Looked::Well);
        before = ",";
    }
    text.raw(if list.models.is_empty() {
        ",\"models\":[]}"
    } else {
        "]}"
    });
    Record {
        key: list_key(&list.provider),
        text: text.finish(),
    }
}

pub(super) fn of_detail(detail: &Detail) -> Record {
    let shown = &detail.shown;
    let mut text = head(&detail.provider, &detail.address, detail.age.at, MODEL_BYTES);
    text.raw(",\"model\":");
    write_model(&mut text, &shown.listed, true);
    text.word(",\"template\":", shown.template.as_deref())
        .word(",\"system\":", shown.system.as_deref())
        .word(",\"license\":", shown.license.as_deref())
        .raw(",\"parameters\":[");
    let mut before = "{\"name\":";
    for (name, value) in &shown.parameters {
        text.word(before, Some(name))
            .word(",\"value\":", Some(value))
            .raw("}");
        before = ",{\"name\":";
    }
    text.raw("]}");
    Record {
        key: detail.key(),
        text: text.finish(),
    }
}

pub(super) fn of_mark(provider: &str, at: Timestamp) -> Record {
    let mut text = Text::default();
    text.word(HEAD, Some(provider))
        .count(",\"at\":", Some(at))
        .raw("}");
    Record {
        key: mark_key(provider),
        text: text.finish(),
    }
}

/// What a record says, if it can be read, is of this version and stands where it belongs.
pub(super) fn read(record: &Record) -> Option<Said> {
    let (version, said, key) = if record.key.starts_with("list/") {
        let stored: StoredList = json::from_str(&record.text).ok()?;
        let key = list_key(&stored.provider);
        let list = List {
            models: stored.models.into_iter().map(StoredModel::kept).collect(),
            provider: stored.provider,
            address: stored.address,
            age: Age::new(stored.at),
            left_out: stored.left_out,
        };
        let is_id = |kept: &Kept| ModelId::new(&id(&list.provider, &kept.model.name)).is_ok();
        if !list.models.iter().all(is_id) {
            return None;
        }
        (stored.version, Said::List(list), key)
    } else if record.key.starts_with("show/") {
        let stored: StoredDetail = json::from_str(&record.text).ok()?;
        let shown = ShownModel {
            listed: stored.model.kept().model,
            parameters: stored
                .parameters
                .into_iter()
                .map(|parameter| (parameter.name, parameter.value))
                .collect(),
            template: stored.template,
            system: stored.system,
            license: stored.license,
        };
        let detail = Detail {
            provider: stored.provider,
            address: stored.address,
            age: Age::new(stored.at),
            shown,
        };
        let key = detail.key();
        (stored.version, Said::Detail(Box::new(detail)), key)
    } else {
        let stored: StoredMark = json::from_str(&record.text).ok()?;
        let key = mark_key(&stored.provider);
        let said = Said::Mark {
            provider: stored.provider,
            at: stored.at,
        };
        (stored.version, said, key)
    };
    (version == VERSION && key == record.key).then_some(said)
}
