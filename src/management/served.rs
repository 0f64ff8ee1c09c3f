//! The models of a provider as manifests for the core: the text of its `setServed`.

use serde::Serialize;

use crate::catalog::record::{Capabilities, Support};
use crate::engine::manifest::MAX_FILE_BYTES;
use crate::providers::Provider;
use crate::providers::listed::{ListedModel, RunningModel};

use super::kept::Kept;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    id: String,
    name: &'a str,
    engine: &'a str,
    files: [(); 0],
    served: Served<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names of the core")]
struct Served<'a> {
    name: &'a str,
    here: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context_window: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    served_context: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters_billions: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantization: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capabilities: Option<Known>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<&'a str>,
}

/// What is known of capabilities: yes and no, and nothing of those that are unknown.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    #[serde(skip_serializing_if = "Option::is_none")]
    tools: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vision: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    streaming: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    structured_output: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    embedding: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fill_in_middle: Option<bool>,
}

impl Known {
    fn of(capabilities: Capabilities) -> Option<Self> {
        let known = |support| match support {
            Support::Yes => Some(true),
            Support::No => Some(false),
            Support::Unknown => None,
        };
        (capabilities != Capabilities::default()).then(|| Self {
            tools: known(capabilities.tools),
            vision: known(capabilities.vision),
            streaming: known(capabilities.streaming),
            reasoning: known(capabilities.reasoning),
            structured_output: known(capabilities.structured_output),
            embedding: known(capabilities.embedding),
            audio: known(capabilities.audio),
            fill_in_middle: known(capabilities.fill_in_middle),
        })
    }
}

/// The id of a model in the core.
pub(super) fn id(provider: &str, name: &str) -> String {
    [provider, "/", name].concat()
}

/// Parameters in billions, as the core counts them.
pub(super) fn billions(model: &ListedModel) -> Option<f64> {
    model
        .parameters_millions
        .map(|millions| f64::from(millions) / 1_000.0)
}

/// The length of the files, if JavaScript can count so far.
pub(super) fn size(model: &ListedModel) -> Option<u64> {
    model.size_bytes.filter(|size| *size <= MAX_FILE_BYTES)
}

/// The context window a model is served with now.
pub(super) fn served_context(provider: &Provider, running: &[RunningModel], name: &str) -> Option<u32> {
    let running = running
        .iter()
        .find(|model| provider.same_model(&model.name, name));
    running.and_then(|model| model.served_context)
}

/// The JSON text of the manifests.
pub(super) fn manifests(provider: &Provider, models: &[Kept], running: &[RunningModel]) -> String {
    let mut all = Vec::with_capacity(models.len());
    for Kept { model, .. } in models {
        all.push(Manifest {
            id: id(&provider.id, &model.name),
            name: &model.name,
            engine: &provider.id,
            files: [],
            served: Served {
                name: &model.name,
                here: true,
                size_bytes: size(model),
                context_window: model.context,
                served_context: served_context(provider, running, &model.name),
                family: model.family.as_deref(),
                parameters_billions: billions(model),
                quantization: model.quantization.as_deref(),
                capabilities: Known::of(model.capabilities),
                modified: model.modified.as_deref(),
                digest: model.digest.as_deref(),
            },
        });
    }
    serde_json::to_string(&all).unwrap_or_else(|_| "[]".to_owned())
}
