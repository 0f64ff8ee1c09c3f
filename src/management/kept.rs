//! What is kept of what providers said, made fit to be kept: bounded, and with names that the core takes.

use crate::engine::ids::ModelId;
use crate::invisible::is_invisible;
use crate::providers::Provider;
use crate::providers::listed::{DETAIL_CALLS_PER_LIST, ListedModel, ShownModel};

use super::order;
use super::served::id;

/// The longest of the short texts of a model, in bytes; what is longer is no family, no digest and no date.
const MAX_WORD_BYTES: usize = 256;
/// The longest of its long texts: licence, template, system prompt.
const MAX_TEXT_BYTES: usize = 256 * 1024;
/// The most settings of a model, and the longest value of one, in bytes.
const MAX_PARAMETERS: usize = 256;
const MAX_PARAMETER_BYTES: usize = 4 * 1024;

/// A model of a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kept {
    pub(super) model: ListedModel,
    pub(super) looked: Looked,
}

/// Whether the server was asked for what its list does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looked {
    /// No.
    No,
    /// Yes, and it refused. Not asked again while the page lives, and not stored.
    Failed,
    /// Yes, and what it said is in the model.
    Well,
}

/// What is kept of a list: in its order, each name once. Also says how many entries are left out.
pub(super) fn tidy(provider: &Provider, models: Vec<ListedModel>) -> (Vec<Kept>, u32) {
    let total = models.len();
    let mut kept: Vec<Kept> = Vec::with_capacity(total);
    for mut model in models {
        let name = &model.name;
        if provider.check_name(name).is_err() || ModelId::new(&id(&provider.id, name)).is_err() {
            continue;
        }
        tidy_words(&mut model);
        kept.push(Kept {
            model,
            looked: Looked::No,
        });
    }
    let mut again = repeated(&kept).into_iter();
    kept.retain(|_| again.next() != Some(true));
    let left_out = u32::try_from(total - kept.len()).unwrap_or(u32::MAX);
    (kept, left_out)
}

/// Of each model, whether its name stood there before.
fn repeated(kept: &[Kept]) -> Vec<bool> {
    let name = |at: usize| kept[at].model.name.as_str();
    let order = order::places(kept.len(), &|one, other| name(one).cmp(name(other)));
    let mut again = vec![false; kept.len()];
    for pair in order.windows(2).filter(|pair| name(pair[0]) == name(pair[1])) {
        again[pair[1]] = true;
    }
    again
}

fn tidy_words(model: &mut ListedModel) {
    for word in [
        &mut model.family,
        &mut model.format,
        &mut model.quantization,
        &mut model.modified,
        &mut model.digest,
        &mut model.remote_host,
    ] {
        *word = word.take().filter(|word| is_word(word));
    }
}

/// Whether a text can be one of the short ones.
fn is_word(text: &str) -> bool {
    // Most are of plain letters and signs: a look at each byte is enough then.
    let is_plain = || text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    text.len() <= MAX_WORD_BYTES && (is_plain() || !text.chars().any(is_invisible))
}

/// What is kept of the details of a model.
pub(super) fn tidy_shown(shown: &mut ShownModel) {
    tidy_words(&mut shown.listed);
    for text in [&mut shown.template, &mut shown.system, &mut shown.license] {
        *text = text.take().filter(|text| text.len() <= MAX_TEXT_BYTES);
    }
    let short =
        |(name, value): &(String, String)| name.len() <= MAX_WORD_BYTES && value.len() <= MAX_PARAMETER_BYTES;
    shown.parameters.retain(short);
    shown.parameters.truncate(MAX_PARAMETERS);
}

/// About how many bytes the details of a model take.
pub(super) fn weight(shown: &ShownModel) -> usize {
    let texts = [&shown.template, &shown.system, &shown.license];
    let texts: usize = texts.into_iter().flatten().map(String::len).sum();
    let settings = shown.parameters.iter();
    let settings: usize = settings.map(|(name, value)| name.len() + value.len() + 48).sum();
    1_024 + texts + settings
}

/// Tells new entries what was looked up of old ones that are made of the same.
pub(super) fn remember(new: &mut [Kept], old: &[Kept]) {
    let mut known: Vec<(&str, &Kept)> = Vec::new();
    for kept in old.iter().filter(|kept| kept.looked != Looked::No) {
        known.extend(kept.model.digest.as_deref().map(|digest| (digest, kept)));
    }
    let order = order::places(known.len(), &|one, other| known[one].0.cmp(known[other].0));
    for kept in new.iter_mut().filter(|kept| kept.model.lacks_details()) {
        let digest = kept.model.digest.as_deref().unwrap_or_default();
        if let Ok(at) = order.binary_search_by(|at| known[*at].0.cmp(digest)) {
            let old = known[order[at]].1;
            kept.model = std::mem::take(&mut kept.model).over(old.model.clone());
            kept.looked = old.looked;
        }
    }
}

/// The names of the models to ask the details of, in the order of the list.
pub(super) fn wanted(models: &[Kept]) -> Vec<String> {
    let wanted = models.iter();
    let wanted = wanted.filter(|kept| kept.looked == Looked::No && kept.model.lacks_details());
    wanted
        .take(DETAIL_CALLS_PER_LIST)
        .map(|kept| kept.model.name.clone())
        .collect()
}
