//! Reads a profile as an app writes it, and says everything that is wrong with it.

use std::borrow::Cow;

use super::error::RoutingError;
use super::profile::{Profile, ProfileOrder, ProfileSpec};
use crate::catalog::family::Family;
use crate::catalog::record::Capability;
use crate::closest;
use crate::invisible::is_invisible;
use crate::json;

/// The largest context window a profile may ask for: ten times the largest there is.
const MAX_CONTEXT: f64 = 100_000_000.0;
/// The longest name of a profile or family, in characters.
const MAX_NAME: usize = 64;
/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 500;
/// The most profiles an app adds, and the most entries of a list in one.
pub(super) const MAX_ENTRIES: usize = 256;

/// What is wrong with a name of up to `longest` characters.
pub(super) fn wrong_name(name: &str, longest: usize) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("is empty")
    } else if name.len() > longest && name.chars().count() > longest {
        Some("is too long")
    } else if name.chars().any(is_invisible) {
        Some("contains a control or invisible character")
    } else if name.trim() != name {
        Some("begins or ends with a blank")
    } else {
        None
    }
}

/// Reads a profile and notes what is wrong with it; what is wrong is left out.
pub(super) fn read(spec: &ProfileSpec, path: &str, errors: &mut Vec<RoutingError>) -> Profile {
    let mut wrong = |field: &str, value: &str, reason, closest: Option<&str>| {
        errors.push(RoutingError::new([path, field].concat(), value, reason).or_rather(closest));
    };
    if let Some(reason) = wrong_name(&spec.name, MAX_NAME) {
        wrong("name", &spec.name, reason, None);
    }
    let description = spec.description.clone().unwrap_or_default();
    if description.chars().count() > MAX_DESCRIPTION {
        wrong("description", &description, "is longer than 500 characters", None);
    }
    let mut required = Vec::new();
    match &spec.required {
        None => required.push(Capability::Streaming),
        Some(names) => {
            for (place, name) in names.iter().take(MAX_ENTRIES).enumerate() {
                match Capability::from_name(name) {
                    Some(known) if !required.contains(&known) => required.push(known),
                    Some(_) => {}
                    None => {
                        let closest = closest::one(name, &Capability::ALL.map(Capability::name));
                        wrong(&format!("required[{place}]"), name, "is no capability", closest);
                    }
                }
            }
        }
    }
    let mut preferred_families = Vec::new();
    let families = spec.preferred_families.as_deref().unwrap_or_default();
    let required_names = spec.required.as_deref().unwrap_or_default();
    for (field, list) in [("required", required_names), ("preferredFamilies", families)] {
        if list.len() > MAX_ENTRIES {
            wrong(field, &list.len().to_string(), "has more than 256 entries", None);
        }
    }
    for (place, name) in families.iter().take(MAX_ENTRIES).enumerate() {
        let family = Family::named(name);
        let reason = wrong_name(name, MAX_NAME).or_else(|| {
            (family == Family::UNKNOWN).then_some("is what models of no known family are called")
        });
        match reason {
            Some(reason) => wrong(&format!("preferredFamilies[{place}]"), name, reason, None),
            None if !preferred_families.contains(&family) => preferred_families.push(family),
            None => {}
        }
    }
    let order = spec.order.as_ref().map_or(Some(ProfileOrder::default()), |name| {
        let known = ProfileOrder::ALL.into_iter().find(|order| order.name() == name);
        if known.is_none() {
            let closest = closest::one(name, &ProfileOrder::ALL.map(ProfileOrder::name));
            wrong("order", name, "is no order", closest);
        }
        known
    });
    let min_context = spec.min_context.unwrap_or(0.0);
    if let Some(reason) = wrong_count(min_context) {
        // JSON has no text for these.
        let text = if min_context.is_nan() {
            "NaN".to_owned()
        } else if min_context.is_infinite() {
            "Infinity".to_owned()
        } else {
            json::to_string(&min_context)
        };
        wrong("minContext", &text, reason, None);
    }
    Profile {
        name: Cow::Owned(spec.name.clone()),
        description: Cow::Owned(description),
        required,
        preferred_families,
        // What is no count was reported; a cast never leaves the range.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        min_context: min_context as u32,
        fallback: spec.fallback.clone().map(Cow::Owned),
        order: order.unwrap_or_default(),
    }
}

/// What is wrong with a number that should count tokens.
fn wrong_count(number: f64) -> Option<&'static str> {
    if number.is_nan() {
        Some("is not a number")
    } else if number < 0.0 {
        Some("is negative")
    } else if number > MAX_CONTEXT {
        Some("is more than any model has")
    } else if number.fract() != 0.0 {
        Some("is not a whole number")
    } else {
        None
    }
}
