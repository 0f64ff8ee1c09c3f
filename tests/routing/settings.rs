//! Profiles and overrides of an app: what is taken, and how what is wrong is said.

use modelyard::catalog::record::Capability;
use modelyard::json;
use modelyard::routing::{Override, ProfileOrder, ProfileSpec, Profiles, Router, RoutingError};

use super::support::router;

fn spec(name: &str) -> ProfileSpec {
    ProfileSpec {
        name: name.to_owned(),
        ..ProfileSpec::default()
    }
}

fn falling_back(name: &str, fallback: &str) -> ProfileSpec {
    ProfileSpec {
        fallback: Some(fallback.to_owned()),
        ..spec(name)
    }
}

fn at_least(tokens: f64) -> ProfileSpec {
    ProfileSpec {
        min_context: Some(tokens),
        ..spec("mine")
    }
}

fn instead(profile: &str, model: &str) -> Override {
    Override {
        profile: profile.to_owned(),
        model: model.to_owned(),
    }
}

fn errors(specs: &[ProfileSpec]) -> Vec<RoutingError> {
    Profiles::with(specs).expect_err("something is wrong")
}

/// Field, reason and closest name of the only error.
fn only(errors: Vec<RoutingError>) -> (String, &'static str, Option<String>) {
    assert_eq!(errors.len(), 1, "{errors:?}");
    let error = errors.into_iter().next().expect("one");
    (error.field, error.reason, error.closest)
}

#[test]
fn a_profile_that_says_little_asks_for_streaming_and_nothing_else() {
    let set = Profiles::with(&[spec("mine")]).expect("a good profile");
    let mine = set.get("mine").expect("it is there");
    assert_eq!(mine.required, [Capability::Streaming]);
    assert_eq!((mine.min_context, mine.preferred_families.len()), (0, 0));
    assert_eq!(mine.order, ProfileOrder::LargestContextFirst);
    assert_eq!(set.iter().count(), 5);
}

#[test]
fn a_profile_can_require_nothing_at_all() {
    let nothing = ProfileSpec {
        required: Some(Vec::new()),
        ..spec("mine")
    };
    let set = Profiles::with(&[nothing]).expect("a good profile");
    assert_eq!(set.get("mine").expect("it is there").required, []);
}

#[test]
fn a_profile_of_the_name_of_a_built_in_one_replaces_it() {
    let set = Profiles::with(&[
        at_least(1.0),
        ProfileSpec {
            name: "fast".to_owned(),
            ..at_least(2.0)
        },
    ]);
    let set = set.expect("good profiles");
    assert_eq!(set.iter().count(), 5);
    assert_eq!(set.get("fast").expect("it is there").min_context, 2);
}

#[test]
fn an_unknown_fallback_is_refused_with_the_closest_name() {
    let (field, reason, closest) = only(errors(&[falling_back("mine", "Genral")]));
    assert_eq!(
        (field.as_str(), reason),
        ("profiles[0].fallback", "is the name of no profile")
    );
    assert_eq!(closest.as_deref(), Some("general"));
}

#[test]
fn a_fallback_may_be_declared_later() {
    assert!(Profiles::with(&[falling_back("a", "b"), spec("b")]).is_ok());
}

#[test]
fn fallbacks_that_lead_back_are_refused_and_the_loop_is_shown() {
    let (field, reason, _) = only(errors(&[falling_back("a", "a")]));
    assert_eq!(
        (field.as_str(), reason),
        ("profiles[0].fallback", "leads back to the profile itself")
    );

    let loops = errors(&[
        falling_back("a", "b"),
        falling_back("b", "c"),
        falling_back("c", "a"),
    ]);
    let values: Vec<&str> = loops.iter().map(|error| error.value.as_str()).collect();
    assert_eq!(values, ["a → b → c → a", "b → c → a → b", "c → a → b → c"]);
}

#[test]
fn a_loop_through_a_built_in_profile_is_refused() {
    let (field, reason, _) = only(errors(&[falling_back("general", "fast")]));
    assert_eq!(
        (field.as_str(), reason),
        ("profiles[0].fallback", "leads back to the profile itself")
    );
}

#[test]
fn what_leads_into_a_loop_is_not_blamed_for_it() {
    let (field, ..) = only(errors(&[falling_back("a", "b"), falling_back("b", "b")]));
    assert_eq!(field, "profiles[1].fallback");
}

#[test]
fn a_minimum_that_is_no_count_of_tokens_is_refused() {
    for (tokens, value, reason) in [
        (f64::NAN, "NaN", "is not a number"),
        (-1.0, "-1.0", "is negative"),
        (0.5, "0.5", "is not a whole number"),
        (1e300, "1e+300", "is more than any model has"),
        (f64::INFINITY, "Infinity", "is more than any model has"),
    ] {
        let error = errors(&[at_least(tokens)]).remove(0);
        assert_eq!(error.field, "profiles[0].minContext");
        assert_eq!((error.reason, error.value.as_str()), (reason, value));
    }
    assert!(Profiles::with(&[at_least(0.0)]).is_ok());
    assert!(Profiles::with(&[at_least(100_000_000.0)]).is_ok());
}

#[test]
fn unknown_capabilities_and_orders_are_refused_with_the_closest_name() {
    let wrong = ProfileSpec {
        required: Some(vec!["streaming".to_owned(), "tool".to_owned()]),
        order: Some("smallestfirst".to_owned()),
        ..spec("mine")
    };
    let found = errors(&[wrong]);
    let rows: Vec<(&str, Option<&str>)> = found
        .iter()
        .map(|error| (error.field.as_str(), error.closest.as_deref()))
        .collect();
    let expected = [
        ("profiles[0].required[1]", Some("tools")),
        ("profiles[0].order", Some("smallestFirst")),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn names_that_are_empty_blank_overlong_or_not_to_be_seen_are_refused() {
    let long = "x".repeat(65);
    for (name, reason) in [
        ("", "is empty"),
        ("  ", "is empty"),
        (long.as_str(), "is too long"),
        ("a\u{202E}b", "contains a control or invisible character"),
        ("a\nb", "contains a control or invisible character"),
        (" a", "begins or ends with a blank"),
    ] {
        let (field, found, _) = only(errors(&[spec(name)]));
        assert_eq!((field.as_str(), found), ("profiles[0].name", reason), "{name:?}");
        let family = ProfileSpec {
            preferred_families: Some(vec!["llama".to_owned(), name.to_owned()]),
            ..spec("mine")
        };
        let (field, found, _) = only(errors(&[family]));
        assert_eq!(
            (field.as_str(), found),
            ("profiles[0].preferredFamilies[1]", reason),
            "{name:?}"
        );
    }
    let unknown = ProfileSpec {
        preferred_families: Some(vec!["Unknown".to_owned()]),
        ..spec("mine")
    };
    assert_eq!(only(errors(&[unknown])).0, "profiles[0].preferredFamilies[0]");
}

#[test]
fn a_name_of_two_profiles_is_refused() {
    let (field, reason, _) = only(errors(&[spec("mine"), spec("mine")]));
    assert_eq!(
        (field.as_str(), reason),
        ("profiles[1].name", "is the name of two profiles")
    );
}

#[test]
fn lists_without_end_are_refused() {
    let many = vec![String::from("llama"); 257];
    let lists = ProfileSpec {
        required: Some(vec!["tools".to_owned(); 257]),
        preferred_families: Some(many),
        description: Some("x".repeat(501)),
        ..spec("mine")
    };
    let found = errors(&[lists]);
    let fields: Vec<&str> = found.iter().map(|error| error.field.as_str()).collect();
    let expected = [
        "profiles[0].description",
        "profiles[0].required",
        "profiles[0].preferredFamilies",
    ];
    assert_eq!(fields, expected);
    let specs: Vec<ProfileSpec> = (0..257).map(|index| spec(&format!("p{index}"))).collect();
    assert_eq!(only(errors(&specs)).0, "profiles");
}

#[test]
fn a_value_of_a_megabyte_is_not_repeated_whole() {
    let error = errors(&[falling_back("mine", &"é".repeat(1 << 20))]).remove(0);
    assert_eq!(error.value.chars().count(), 200);
}

#[test]
fn everything_that_is_wrong_is_reported_together() {
    let mut router = router();
    let wrong = ProfileSpec {
        fallback: Some("nobody".to_owned()),
        min_context: Some(-5.0),
        required: Some(vec!["flying".to_owned()]),
        ..spec("mine")
    };
    let found = router.configure(&[wrong], &[instead("nobody", "one"), instead("mine", "")]);
    let found = found.expect_err("much is wrong");
    let fields: Vec<&str> = found.iter().map(|error| error.field.as_str()).collect();
    let expected = [
        "profiles[0].required[0]",
        "profiles[0].minContext",
        "profiles[0].fallback",
        "overrides[0].profile",
        "overrides[1].model",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn settings_that_are_refused_leave_the_old_ones_in_force() {
    let mut router = router();
    router
        .configure(&[at_least(5.0)], &[instead("mine", "one")])
        .expect("good settings");
    let before: Router = router.clone();
    assert!(router.configure(&[at_least(f64::NAN)], &[]).is_err());
    assert!(router.configure(&[], &[instead("mine", "two")]).is_err());
    assert_eq!(router, before);
    assert_eq!(router.overrides.get("mine"), Some("one"));
}

#[test]
fn an_override_names_a_profile_there_is_once_and_an_id_a_model_can_have() {
    let mut router = router();
    let mut check = |overrides: &[Override]| only(router.configure(&[], overrides).expect_err("wrong"));
    let (field, reason, closest) = check(&[instead("fsat", "one")]);
    assert_eq!(
        (field.as_str(), reason),
        ("overrides[0].profile", "is the name of no profile")
    );
    assert_eq!(closest.as_deref(), Some("fast"));
    let (field, reason, _) = check(&[instead("fast", "one"), instead("fast", "two")]);
    assert_eq!(
        (field.as_str(), reason),
        ("overrides[1].profile", "is overridden twice")
    );
    let long = "x".repeat(257);
    for (model, reason) in [
        ("", "is empty"),
        ("a b", "contains a blank"),
        ("../etc", "contains `..`"),
        ("a\u{0}", "contains a control or invisible character"),
        (long.as_str(), "is too long"),
    ] {
        assert_eq!(check(&[instead("fast", model)]).1, reason, "{model:?}");
    }
}

#[test]
fn a_profile_is_read_from_json_and_unknown_fields_are_refused() {
    let text = r#"{"name":"mine","minContext":4096,"preferredFamilies":["phi"],"required":["tools"]}"#;
    let read: ProfileSpec = json::from_str(text).expect("a profile");
    assert_eq!(read.min_context, Some(4_096.0));
    assert!(json::from_str::<ProfileSpec>(r#"{"name":"mine","minimum":4096}"#).is_err());
}
