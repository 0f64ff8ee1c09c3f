//! What is stored: one record for the list of a provider, one for the details of each model, and one that says until
//! when what a provider said does not count any more.
//!
//! A cache may always be written anew: what cannot be read, or is of another version, is forgotten and asked again.

use serde::Serialize;

use crate::catalog::record::{Capabilities, Capability, Support};
use crate::engine::ids::{ModelId, Timestamp};
use crate::json::{self, readable};
use crate::providers::listed::{ListedModel, ShownModel};

use super::cache::{Age, Detail, List};
use super::details::Parameter;
use super::kept::{Kept, Looked};
use super::served::id;

/// The version of all shapes here.
const VERSION: u32 = 1;

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

#[derive(Serialize)]
struct StoredList {
    version: u32,
    provider: String,
    address: String,
    at: Timestamp,
    left_out: u32,
    models: Vec<StoredModel>,
}

#[derive(Serialize)]
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

#[derive(Serialize)]
struct StoredMark {
    version: u32,
    provider: String,
    at: Timestamp,
}

#[derive(Serialize)]
struct StoredModel {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    family: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    millions: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    configured: Option<u32>,
    /// One sign for each capability, in the order of [`Capability::ALL`]: `y`, `n` or `?`.
    can: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
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
    fn of(model: &ListedModel, looked: bool) -> Self {
        let model = model.clone();
        Self {
            name: model.name,
            family: model.family,
            format: model.format,
            size: model.size_bytes,
            millions: model.parameters_millions,
            quantization: model.quantization,
            modified: model.modified,
            context: model.context,
            configured: model.configured_context,
            can: signs(model.capabilities),
            digest: model.digest,
            remote: model.remote_host,
            looked,
        }
    }

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
            capabilities: capabilities(&self.can),
            digest: self.digest,
            remote_host: self.remote,
        };
        let looked = if self.looked { Looked::Well } else { Looked::No };
        Kept { model, looked }
    }
}

fn record(key: String, shape: &impl Serialize) -> Record {
    let text = serde_json::to_string(shape).unwrap_or_default();
    Record { key, text }
}

pub(super) fn of_list(list: &List) -> Record {
    let stored = |kept: &Kept| StoredModel::of(&kept.model, kept.looked == Looked::Well);
    let stored = StoredList {
        version: VERSION,
        provider: list.provider.clone(),
        address: list.address.clone(),
        at: list.age.at,
        left_out: list.left_out,
        models: list.models.iter().map(stored).collect(),
    };
    record(list_key(&list.provider), &stored)
}

pub(super) fn of_detail(detail: &Detail) -> Record {
    let parameter = |(name, value): &(String, String)| Parameter {
        name: name.clone(),
        value: value.clone(),
    };
    let stored = StoredDetail {
        version: VERSION,
        provider: detail.provider.clone(),
        address: detail.address.clone(),
        at: detail.age.at,
        model: StoredModel::of(&detail.shown.listed, true),
        parameters: detail.shown.parameters.iter().map(parameter).collect(),
        template: detail.shown.template.clone(),
        system: detail.shown.system.clone(),
        license: detail.shown.license.clone(),
    };
    record(detail.key(), &stored)
}

pub(super) fn of_mark(provider: &str, at: Timestamp) -> Record {
    let stored = StoredMark {
        version: VERSION,
        provider: provider.to_owned(),
        at,
    };
    record(mark_key(provider), &stored)
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
