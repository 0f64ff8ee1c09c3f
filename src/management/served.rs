//! The models of a provider as manifests for the core: the text of its `setServed`.

use crate::catalog::record::{Capabilities, Capability, Support};
use crate::engine::manifest::MAX_FILE_BYTES;
use crate::providers::Provider;
use crate::providers::listed::{ListedModel, RunningModel};

use super::kept::Kept;
use super::text::Text;

/// About how many bytes a manifest takes.
const MANIFEST_BYTES: usize = 512;

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
pub(super) fn served_context(
    provider: &Provider,
    running: &[RunningModel],
    model: &ListedModel,
) -> Option<u32> {
    let running = running
        .iter()
        .find(|running| provider.same_model(&running.name, &model.name));
    running
        .and_then(|running| running.served_context)
        .or(model.served_context)
}

/// What is known of capabilities: yes and no, and nothing of those that are unknown.
fn write_capabilities(text: &mut Text, capabilities: Capabilities) {
    let mut before = ",\"capabilities\":{\"";
    for capability in Capability::ALL {
        let said = match capabilities.get(capability) {
            Support::Yes => "\":true",
            Support::No => "\":false",
            Support::Unknown => continue,
        };
        text.raw(before).raw(capability.name()).raw(said);
        before = ",\"";
    }
    if before == ",\"" {
        text.raw("}");
    }
}

/// The JSON text of the manifests.
pub(super) fn manifests(provider: &Provider, models: &[Kept], running: &[RunningModel]) -> String {
    let mut text = Text::with_room(models.len() * MANIFEST_BYTES + 2);
    let mut before = "[{\"id\":";
    for Kept { model, .. } in models {
        let served = served_context(provider, running, model);
        text.raw(before)
            .quoted(&id(&provider.id, &model.name))
            .word(",\"name\":", Some(&model.name))
            .word(",\"engine\":", Some(&provider.id))
            .word(",\"files\":[],\"served\":{\"name\":", Some(&model.name))
            .raw(",\"here\":true")
            .count(",\"sizeBytes\":", size(model))
            .count(",\"contextWindow\":", model.context.map(u64::from))
            .count(",\"servedContext\":", served.map(u64::from))
            .count(",\"maxOutputTokens\":", model.max_output.map(u64::from))
            .word(",\"family\":", model.family.as_deref())
            .thousandths(",\"parametersBillions\":", model.parameters_millions)
            .word(",\"quantization\":", model.quantization.as_deref())
            .word(",\"modified\":", model.modified.as_deref());
        write_capabilities(&mut text, model.capabilities);
        text.raw("}}");
        before = ",{\"id\":";
    }
    text.raw(if models.is_empty() { "[]" } else { "]" });
    text.finish()
}
