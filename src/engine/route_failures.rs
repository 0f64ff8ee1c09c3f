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

fn did_you_mean(closest: &str) -> Vec<String> {
    vec![["Did you mean “", closest, "”?"].concat()]
}

/// What the router looked at, in one text.
fn story(no_route: &NoRoute) -> String {
    let mut story = String::new();
    for sentence in explain(&no_route.decision) {
        story.push_str(&sentence);
        story.push(' ');
    }
    story.pop();
    story
}

/// Profiles or overrides that are wrong.
pub(super) fn settings_failure(errors: &[RoutingError]) -> Failure {
    together(errors.iter().map(|error| {
        let message = format!("`{}` {}.", error.field, error.reason);
        let mut failure =
            Failure::new(ErrorCode::InvalidConfig, message).about_field(&error.field, &error.value);
        if let Some(closest) = &error.closest {
            failure.recovery = did_you_mean(closest);
        }
        failure
    }))
}

/// Entries of the app that are wrong.
pub(crate) fn app_entries_failure(errors: &[CatalogError]) -> Failure {
    together(errors.iter().map(|error| {
        let message = format!("`{}`: {}.", error.field, error.reason());
        let mut failure =
            Failure::new(ErrorCode::InvalidConfig, message).about_field(&error.field, &error.value);
        if let Some(closest) = &error.closest {
            failure.recovery = did_you_mean(closest);
        }
        failure
    }))
}

/// No model can be chosen.
pub(super) fn no_route_failure(no_route: &NoRoute) -> Failure {
    let failure = |code| Failure::new(code, no_route.message());
    match &no_route.reason {
        NoRouteReason::UnknownProfile { name, .. } => {
            failure(ErrorCode::UnknownProfile).about_field("profile", name)
        }
        NoRouteReason::InvalidProfile(errors) => Failure {
            code: ErrorCode::InvalidInput,
            ..settings_failure(errors)
        },
        NoRouteReason::UnknownModel { id, .. } => failure(ErrorCode::NotFound)
            .about_model(id)
            .about_field("model", id),
        NoRouteReason::ModelNotAvailable { id, dropped } => {
            let code = match dropped {
                Dropped::ContextTooSmall { .. } => ErrorCode::ContextExceeded,
                _ => ErrorCode::NoCompatibleModels,
            };
            failure(code).about_model(id).caused_by(story(no_route))
        }
        NoRouteReason::OverrideNotAvailable { profile, model } => failure(ErrorCode::NoCompatibleModels)
            .about_model(model)
            .about_field("profile", profile),
        NoRouteReason::NoCompatibleModels => {
            failure(ErrorCode::NoCompatibleModels).caused_by(story(no_route))
        }
    }
}
