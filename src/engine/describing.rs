//! What is known of a model: what the app says of it, what its server says, and what the model database knows of its
//! name. For people who ask, and for the router.

use crate::catalog::family::Family;
use crate::catalog::lookup::Known;
use crate::catalog::record::{Capability, Facts, Source, Support};

use super::Engine;
use super::command::Reply;
use super::failure::Failure;
use super::manifest::ModelManifest;
use crate::json;

/// The name the model database knows a model by, and what others say of it.
pub(super) type Said<'a> = (&'a str, [(Source, Facts); 3]);

/// What a list of facts begins with: the names of who says something, of what a model may be able to do, and of whether
/// it can; then the facts of all models in one list.
const HEAD: &str = concat!(
    r#"[["user","served","advertised","bundled","default"],"#,
    r#"["tools","vision","streaming","reasoning","structuredOutput","embedding","audio","fillInMiddle"],"#,
    r#"["unknown","yes","no"],["#
);

impl Engine {
    /// What is known of models, all of them or nothing.
    pub(super) fn describe(&self, ids: &[String]) -> Result<Reply, Failure> {
        let mut models = Vec::new();
        for id in ids {
            let id = self.known_id(id)?;
            models.extend(self.library.get(&id).map(|model| &*model.manifest));
        }
        let names: Vec<&str> = models.iter().map(|manifest| name_of(manifest)).collect();
        let mut facts = HEAD.to_owned();
        self.routes.catalog.describe_all(
            &names,
            &mut |at, has_family| facts_of(models[at], &|| has_family),
            &mut |at, known| {
                if at > 0 {
                    facts.push(',');
                }
                let served = models[at].served.as_deref();
                push_known(&mut facts, known);
                push_text(&mut facts, served.and_then(|served| served.modified.as_deref()));
            },
        );
        facts.push_str("]]");
        Ok(Reply::Described { facts })
    }
}

/// The facts of a model, each with a comma behind it: its family; for each of three limits how many tokens and who says
/// so; what it can do, a digit for each thing; parameters, quantization and size.
fn push_known(text: &mut String, known: &Known<'_>) {
    push_text(text, Some(known.family.as_str()));
    text.push(',');
    for limit in [known.context, known.effective_context, known.max_output] {
        push_number(text, Some(limit.tokens.into()));
        push_number(text, Some(limit.source as u64));
    }
    let digits = Capability::ALL.iter().rfold(0, |digits, capability| {
        3 * digits
            + match known.capabilities.get(*capability) {
                Support::Unknown => 0,
                Support::Yes => 1,
                Support::No => 2,
            }
    });
    push_number(text, Some(digits));
    push_number(text, known.parameters_millions.map(u64::from));
    push_text(text, known.quantization);
    text.push(',');
    push_number(text, known.size_bytes);
}

fn push_text(text: &mut String, said: Option<&str>) {
    match said {
        Some(said) => text.push_str(&json::to_string(said)),
        None => text.push_str("null"),
    }
}

fn push_number(text: &mut String, number: Option<u64>) {
    match number {
        Some(number) => text.push_str(&number.to_string()),
        None => text.push_str("null"),
    }
    text.push(',');
}

fn name_of(manifest: &ModelManifest) -> &str {
    let name = manifest.catalog_name.as_deref();
    name.unwrap_or(manifest.id.as_str())
}

/// What the manifest says, and whoever made it.
pub(super) fn said_of(manifest: &ModelManifest) -> Said<'_> {
    let name = name_of(manifest);
    (name, facts_of(manifest, &|| Family::of_name(name).is_some()))
}

/// The same without the name. `has_family` says whether that tells a family.
fn facts_of(manifest: &ModelManifest, has_family: &dyn Fn() -> bool) -> [(Source, Facts); 3] {
    let mut said = [
        (Source::User, Facts::default()),
        (Source::Served, Facts::default()),
        (Source::Advertised, Facts::default()),
    ];
    let [(_, app), (_, serves), (_, advertises)] = &mut said;
    // The window of the manifest is the one the engine is told to serve.
    app.served_context = manifest.context_window;
    if let Some(served) = &manifest.served {
        serves.served_context = served.served_context;
        serves.capabilities = served.capabilities;
        serves.quantization.clone_from(&served.quantization);
        serves.size_bytes = served.size_bytes;
        // Servers mostly name the architecture, which the family is often not (`codellama` is a `llama` to them): the
        // name of the model counts first.
        let family = served.family.as_deref().filter(|_| !has_family());
        advertises.family = family.map(family_told);
        advertises.context = served.context_window;
        advertises.max_output = served.max_output_tokens;
        advertises.parameters_millions = served.parameters_billions.map(millions);
    }
    // Every engine and every server gives its answer piece by piece.
    if serves.capabilities.streaming == Support::Unknown {
        serves.capabilities.streaming = Support::Yes;
    }
    said
}

/// The family a server names.
fn family_told(told: &str) -> Family {
    Family::of_name(told).map_or_else(|| Family::named(told), |(family, _)| family)
}

/// Billions as the model database counts them. What is no size is 0, which says nothing.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float is cut to the range"
)]
fn millions(billions: f64) -> u32 {
    (billions * 1_000.0).ceil() as u32
}
