//! What the router and the model database refuse, as the one public error shape.

use crate::catalog::CatalogError;
use crate::routing::{Dropped, NoRoute, NoRouteReason, RoutingError, explain};

use super::failure::{ErrorCode, Failure};

/// The most further failures that are attached to the first one.
const MAX_OTHERS: usize = 100;

/// The first is reported, the others are attached (requirement E3).
fn together(failures: impl Iterator<Item = Failure>) -> Failure {
    let mut failures = failures;
    match failures.next() {
        Some(first) => Failure {
            others: failures.take(MAX_OTHERS).collect(),
            ..first
        },
        None => Failure::new(ErrorCode::InvalidConfig, "The configuration is wrong."),
    }
}

fn did_you_mean(closest: &[&str]) -> Vec<String> {
    let quoted: Vec<String> = closest.iter().map(|name| format!("“{name}”")).collect();
    vec![format!("Did you mean {}?", quoted.join(" or "))]
}

/// Profiles or overrides that are wrong.
pub(super) fn settings_failure(errors: &[RoutingError]) -> Failure {
    together(errors.iter().map(|error| {
        let message = format!("`{}` {}.", error.field, error.reason);
        let mut failure = Failure::new(ErrorCode::InvalidConfig, message).about_field(&error.field, &error.value);
        if let Some(closest) = &error.closest {
            failure.recovery = did_you_mean(&[closest]);
        }
        failure
    }))
}

/// Entries of the app that are wrong.
pub(super) fn app_entries_failure(errors: &[CatalogError]) -> Failure {
    together(errors.iter().map(|error| {
        let message = format!("`{}` {}.", error.field, error.reason);
        Failure::new(ErrorCode::InvalidConfig, message).about_field(&error.field, &error.value)
    }))
}

/// No model can be chosen.
pub(super) fn no_route_failure(no_route: &NoRoute) -> Failure {
    let mut failure = match &no_route.reason {
        NoRouteReason::UnknownProfile { name, closest } => {
            let message = format!("There is no profile “{name}”.");
            let mut failure = Failure::new(ErrorCode::UnknownProfile, message).about_field("profile", name);
            if let Some(closest) = closest {
                failure.recovery = did_you_mean(&[closest]);
            }
            return failure;
        }
        NoRouteReason::InvalidProfile(errors) => {
            return Failure {
                code: ErrorCode::InvalidInput,
                ..settings_failure(errors)
            };
        }
        NoRouteReason::UnknownModel { id, closest } => {
            let message = format!("There is no model “{id}”.");
            let mut failure = Failure::new(ErrorCode::NotFound, message)
                .about_model(id)
                .about_field("model", id);
            if !closest.is_empty() {
                let names: Vec<&str> = closest.iter().map(|name| name.as_str()).collect();
                failure.recovery = did_you_mean(&names);
            }
            return failure;
        }
        NoRouteReason::ModelNotAvailable { id, dropped } => {
            let code = match dropped {
                Dropped::ContextTooSmall { .. } => ErrorCode::ContextExceeded,
                _ => ErrorCode::NoCompatibleModels,
            };
            Failure::new(code, format!("The model “{id}” cannot be used for this.")).about_model(id)
        }
        NoRouteReason::OverrideNotAvailable { profile, model } => {
            let message = format!("The model “{model}”, which is set for “{profile}”, cannot be used.");
            Failure::new(ErrorCode::NoCompatibleModels, message)
                .about_model(model)
                .about_field("profile", profile)
        }
        NoRouteReason::NoCompatibleModels => Failure::new(
            ErrorCode::NoCompatibleModels,
            "No model that is here or can be had meets the needs.",
        ),
    };
    failure.cause = Some(explain(&no_route.decision).join(" "));
    failure
}
