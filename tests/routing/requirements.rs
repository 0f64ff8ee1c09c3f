//! Requirements R1–R8, line by line, and fault 39. R9 is in `device`, R10 in `fallback`.

use modelyard::catalog::record::{Capabilities, Capability, Limit, Source, Support};
use modelyard::json;
use modelyard::routing::{
    Asker, Candidate, Choice, ChosenBy, Dropped, Name, Needs, NoRouteReason, Presence, ProfileSpec, Reach,
    Request, Residency, TieBreak, UnknownFact, Unreachable, Warning, Wish, route,
};

use super::support::{
    ask, by_name, chosen, decision, device, dropped, known, model, overridden, profile, request, router,
    verdict,
};

fn with_tokens(mut request: Request, tokens: u32) -> Request {
    request.needs.tokens = Some(tokens);
    request
}

fn strict(mut request: Request) -> Request {
    request.strict = true;
    request
}

fn of_context(mut one: Candidate, tokens: u32) -> Candidate {
    one.context = known(tokens);
    one
}

fn choice(result: &Result<modelyard::routing::Decision, modelyard::routing::NoRoute>) -> &Choice {
    decision(result).chosen.as_ref().expect("a model was chosen")
}

#[test]
fn r1_a_profile_by_name_a_profile_written_out_and_a_model_by_name_are_wishes() {
    let all = [model("one", "phi"), model("two", "llama")];
    assert_eq!(chosen(&ask(&profile("fast"), &all)), Some("one"));
    assert_eq!(chosen(&ask(&by_name("two"), &all)), Some("two"));
    let spec = ProfileSpec {
        name: "mine".to_owned(),
        preferred_families: Some(vec!["Llama".to_owned()]),
        ..ProfileSpec::default()
    };
    assert_eq!(chosen(&ask(&request(Wish::Inline(spec)), &all)), Some("two"));
}

#[test]
fn r1_without_models_there_is_an_error_and_no_crash() {
    for wish in [profile("fast"), profile("general"), by_name("one")] {
        assert!(ask(&wish, &[]).is_err());
    }
}

#[test]
fn r1_a_profile_nobody_knows_is_an_error_with_the_closest_name() {
    let result = ask(&profile("creativ"), &[model("one", "llama")]);
    let reason = result.expect_err("no such profile").reason;
    let expected = NoRouteReason::UnknownProfile {
        name: "creativ".to_owned(),
        closest: Some("creative".to_owned()),
    };
    assert_eq!(reason, expected);
}

#[test]
fn r1_a_wrong_profile_that_was_written_out_is_an_error_with_its_fields() {
    let spec = ProfileSpec {
        name: "mine".to_owned(),
        min_context: Some(f64::NAN),
        fallback: Some("genral".to_owned()),
        ..ProfileSpec::default()
    };
    let error = ask(&request(Wish::Inline(spec)), &[model("one", "llama")]).expect_err("a wrong profile");
    let NoRouteReason::InvalidProfile(errors) = error.reason else {
        panic!("{:?}", error.reason)
    };
    let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["minContext", "fallback"]);
    assert_eq!(errors[1].closest.as_deref(), Some("general"));
}

#[test]
fn r1_a_model_asked_for_by_name_that_is_not_there_is_an_error_with_the_closest_names() {
    let all = [model("llama3.1:8b", "llama"), model("phi3", "phi")];
    let reason = ask(&by_name("llama3.1:8"), &all)
        .expect_err("no such model")
        .reason;
    let expected = NoRouteReason::UnknownModel {
        id: "llama3.1:8".to_owned(),
        closest: vec![Name::from("llama3.1:8b")],
    };
    assert_eq!(reason, expected);
}

#[test]
fn r1_a_model_asked_for_by_name_wins_and_the_decision_says_what_it_lacks() {
    let all = [model("one", "phi"), of_context(model("two", "phi"), 128_000)];
    let result = ask(&with_tokens(by_name("one"), 10_000), &all);
    assert_eq!(chosen(&result), Some("one"));
    assert_eq!(choice(&result).by, ChosenBy::Name);
    let despite = Dropped::ContextTooSmall {
        need: 10_000,
        have: 8_192,
        source: Source::Bundled,
        by: Asker::Request,
    };
    assert_eq!(decision(&result).warnings, [Warning::ModelDespite { despite }]);
    assert_eq!(verdict(&result, 0, "one").despite, Some(despite));
    assert_eq!(dropped(&result, "two"), Some(Dropped::NotAskedFor));

    let error = ask(&strict(with_tokens(by_name("one"), 10_000)), &all).expect_err("strict");
    let id = "one".to_owned();
    assert_eq!(
        error.reason,
        NoRouteReason::ModelNotAvailable { id, dropped: despite }
    );
}

#[test]
fn r1_a_model_asked_for_by_name_that_cannot_be_reached_is_an_error_never_another_model() {
    let mut one = model("one", "phi");
    one.reachable = Reach::No(Unreachable::Key);
    let error = ask(&by_name("one"), &[one, model("two", "phi")]).expect_err("out of reach");
    let dropped = Dropped::Unreachable {
        reason: Unreachable::Key,
    };
    let id = "one".to_owned();
    assert_eq!(error.reason, NoRouteReason::ModelNotAvailable { id, dropped });
}

#[test]
fn r2_the_context_is_looked_at_before_the_capabilities_and_these_before_the_family() {
    let mut one = of_context(model("one", "llama"), 100);
    one.capabilities = Capabilities::default();
    let mut two = model("two", "llama");
    two.capabilities = Capabilities::default();
    let result = ask(&profile("fast"), &[one, two, model("three", "llama")]);
    assert!(matches!(
        dropped(&result, "one"),
        Some(Dropped::ContextTooSmall { .. })
    ));
    assert!(matches!(
        dropped(&result, "two"),
        Some(Dropped::CapabilityMissing { .. })
    ));
    assert_eq!(dropped(&result, "three"), Some(Dropped::FamilyNotPreferred));
}

#[test]
fn r2_the_first_preferred_family_that_has_a_candidate_wins_whatever_speaks_for_the_others() {
    let mut ready = of_context(model("mistral", "mistral"), 128_000);
    ready.residency = Residency::Resident;
    let mut far = model("gemma", "gemma");
    far.presence = Presence::Absent;
    let small = of_context(model("phi", "phi"), 2_048);
    let result = ask(&profile("fast"), &[ready, far, small]);
    assert_eq!(chosen(&result), Some("gemma"));
    assert_eq!(choice(&result).tie_break, TieBreak::Family);
}

#[test]
fn r2_a_model_of_no_preferred_family_waits_for_the_fallback_profile() {
    let result = ask(&profile("fast"), &[model("one", "llama")]);
    assert_eq!(chosen(&result), Some("one"));
    let path = &decision(&result).path;
    let names: Vec<&str> = path
        .iter()
        .filter_map(|step| Some(step.profile.as_ref()?.name.as_ref()))
        .collect();
    assert_eq!(names, ["fast", "general"]);
}

#[test]
fn r2_when_no_profile_has_a_model_the_error_holds_the_whole_decision() {
    let all = [model("one", "falcon"), of_context(model("two", "llama"), 100)];
    let error = ask(&profile("code"), &all).expect_err("nothing fits");
    assert_eq!(error.reason, NoRouteReason::NoCompatibleModels);
    assert_eq!(error.decision.chosen, None);
    assert_eq!(error.decision.path.len(), 2);
    assert!(error.decision.path.iter().all(|step| step.verdicts.len() == 2));
}

#[test]
fn r3_the_built_in_profiles_are_those_of_the_requirements() {
    let rows: Vec<(String, String, u32, Option<String>)> = router()
        .profiles
        .iter()
        .map(|one| {
            assert_eq!(one.required, [Capability::Streaming]);
            let families: Vec<&str> = one
                .preferred_families
                .iter()
                .map(modelyard::catalog::family::Family::as_str)
                .collect();
            let fallback = one.fallback.as_deref().map(str::to_owned);
            (
                one.name.to_string(),
                families.join(" "),
                one.min_context,
                fallback,
            )
        })
        .collect();
    let row = |name: &str, families: &str, context, fallback: Option<&str>| {
        (
            name.to_owned(),
            families.to_owned(),
            context,
            fallback.map(str::to_owned),
        )
    };
    let expected = [
        row("fast", "phi gemma mistral", 4_096, Some("general")),
        row("general", "llama mistral qwen", 8_192, None),
        row(
            "code",
            "codellama deepseek-coder starcoder qwen",
            16_384,
            Some("general"),
        ),
        row("creative", "llama mistral", 8_192, Some("general")),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn r3_each_minimum_is_the_smallest_context_that_is_taken() {
    for (name, family, least) in [
        ("fast", "phi", 4_096),
        ("general", "qwen", 8_192),
        ("code", "starcoder", 16_384),
        ("creative", "mistral", 8_192),
    ] {
        let enough = ask(&profile(name), &[of_context(model("one", family), least)]);
        assert_eq!(decision(&enough).path.len(), 1, "{name}");
        let short = ask(&profile(name), &[of_context(model("one", family), least - 1)]);
        let expected = Dropped::ContextTooSmall {
            need: least,
            have: least - 1,
            source: Source::Bundled,
            by: Asker::Profile,
        };
        assert_eq!(dropped(&short, "one"), Some(expected));
    }
}

#[test]
fn r4_an_override_wins_even_below_the_minimum_and_says_so() {
    let mut small = of_context(model("small", "smollm"), 2_048);
    small.capabilities = Capabilities::default();
    let all = [small, model("good", "phi")];
    let result = route(&overridden("fast", "small"), &profile("fast"), &all, &device());
    assert_eq!(chosen(&result), Some("small"));
    assert_eq!(choice(&result).by, ChosenBy::Override);
    // The other one fits better, and still is no rival.
    assert_eq!(choice(&result).tie_break, TieBreak::Alone);
    let despite = Dropped::ContextTooSmall {
        need: 4_096,
        have: 2_048,
        source: Source::Bundled,
        by: Asker::Profile,
    };
    let profile = "fast".to_owned();
    assert_eq!(
        decision(&result).warnings,
        [Warning::OverrideDespite { profile, despite }]
    );
    assert_eq!(verdict(&result, 0, "small").despite, Some(despite));
}

#[test]
fn r4_an_override_to_another_family_needs_no_warning() {
    let all = [model("one", "smollm"), model("two", "phi")];
    let result = route(&overridden("fast", "one"), &profile("fast"), &all, &device());
    assert_eq!(chosen(&result), Some("one"));
    assert_eq!(decision(&result).warnings, []);
}

#[test]
fn r4_fault_39_an_override_that_is_not_there_falls_through_and_says_so_with_the_closest_names() {
    let all = [model("phi3:mini", "phi")];
    let router = overridden("fast", "phi3:min");
    let result = route(&router, &profile("fast"), &all, &device());
    assert_eq!(chosen(&result), Some("phi3:mini"));
    let warning = Warning::OverrideNotAvailable {
        profile: "fast".to_owned(),
        model: "phi3:min".to_owned(),
        dropped: None,
        closest: vec![Name::from("phi3:mini")],
    };
    assert_eq!(decision(&result).warnings, std::slice::from_ref(&warning));

    let error = route(&router, &strict(profile("fast")), &all, &device()).expect_err("strict");
    let reason = NoRouteReason::OverrideNotAvailable {
        profile: "fast".to_owned(),
        model: "phi3:min".to_owned(),
    };
    assert_eq!(error.reason, reason);
    assert_eq!(error.decision.warnings, [warning]);
    assert_eq!(error.decision.chosen, None);
}

#[test]
fn r4_an_override_does_not_pass_over_the_needs_of_the_request() {
    let all = [model("one", "phi"), of_context(model("two", "phi"), 100_000)];
    let router = overridden("fast", "one");
    let result = route(&router, &with_tokens(profile("fast"), 50_000), &all, &device());
    assert_eq!(chosen(&result), Some("two"));
    let Warning::OverrideNotAvailable { dropped, .. } = &decision(&result).warnings[0] else {
        panic!("a warning")
    };
    assert!(matches!(
        dropped,
        Some(Dropped::ContextTooSmall { need: 50_000, .. })
    ));
}

#[test]
fn r4_the_override_of_a_fallback_profile_counts_when_that_is_asked() {
    let all = [model("one", "llama"), model("two", "smollm")];
    let result = route(&overridden("general", "two"), &profile("fast"), &all, &device());
    assert_eq!(chosen(&result), Some("two"));
}

#[test]
fn r4_of_an_override_that_two_providers_have_the_one_that_meets_the_profile_is_taken() {
    let mut short = of_context(model("one", "phi"), 2_048);
    short.provider = Name::from("a");
    short.residency = Residency::Resident;
    let mut long = model("one", "phi");
    long.provider = Name::from("b");
    let result = route(
        &overridden("fast", "one"),
        &profile("fast"),
        &[short, long],
        &device(),
    );
    assert_eq!(choice(&result).provider.as_str(), "b");
    assert_eq!(choice(&result).tie_break, TieBreak::Fit);
    assert_eq!(decision(&result).warnings, []);
}

#[test]
fn r5_an_unknown_capability_is_one_it_does_not_have_and_the_decision_says_unknown() {
    let mut needs = profile("general");
    needs.needs.tools = true;
    let unknown = model("unknown", "llama");
    let mut no = model("no", "llama");
    no.capabilities.tools = Support::No;
    let mut yes = model("yes", "llama");
    yes.capabilities.tools = Support::Yes;
    let result = ask(&needs, &[unknown, no, yes]);
    assert_eq!(chosen(&result), Some("yes"));
    let missing = |have| Dropped::CapabilityMissing {
        need: Capability::Tools,
        have,
        by: Asker::Request,
    };
    assert_eq!(dropped(&result, "unknown"), Some(missing(Support::Unknown)));
    assert_eq!(dropped(&result, "no"), Some(missing(Support::No)));
}

#[test]
fn r5_streaming_nobody_knows_of_is_taken_from_the_provider() {
    let streams = |own, provider| {
        let mut one = model("one", "llama");
        one.capabilities.streaming = own;
        one.provider_streams = provider;
        ask(&profile("general"), &[one])
    };
    let taken = streams(Support::Unknown, Support::Yes);
    assert_eq!(chosen(&taken), Some("one"));
    let what = UnknownFact::Streaming;
    assert_eq!(decision(&taken).warnings, [Warning::Unknown { what }]);
    assert_eq!(chosen(&streams(Support::Unknown, Support::Unknown)), None);
    assert_eq!(chosen(&streams(Support::Unknown, Support::No)), None);
    assert_eq!(chosen(&streams(Support::No, Support::Yes)), None);
    // Only streaming is the provider's to say.
    let mut one = model("one", "llama");
    one.provider_streams = Support::Yes;
    let mut needs = profile("general");
    needs.needs.tools = true;
    assert_eq!(chosen(&ask(&needs, &[one])), None);
}

#[test]
fn r5_an_unknown_context_counts_as_the_default_and_the_decision_says_so() {
    let mut one = model("one", "phi");
    one.context = Limit {
        tokens: modelyard::catalog::record::DEFAULT_CONTEXT,
        source: Source::Default,
    };
    let result = ask(&profile("fast"), std::slice::from_ref(&one));
    assert_eq!(chosen(&result), Some("one"));
    let what = UnknownFact::Context;
    assert_eq!(decision(&result).warnings, [Warning::Unknown { what }]);
    assert_eq!(chosen(&ask(&profile("general"), &[one])), None);
}

/// The model of the two that is chosen, and why.
fn first(name: &str, a: &Candidate, b: &Candidate) -> (String, TieBreak) {
    let result = ask(&profile(name), &[a.clone(), b.clone()]);
    let turned = ask(&profile(name), &[b.clone(), a.clone()]);
    assert_eq!(result, turned, "the order they are given in matters");
    (choice(&result).id.to_string(), choice(&result).tie_break)
}

#[test]
fn r6_after_the_family_readiness_decides_then_size_or_context_then_the_name() {
    let ready = |id: &str, presence, residency| {
        let mut one = model(id, "llama");
        one.presence = presence;
        one.residency = residency;
        one.download_bytes = Some(1);
        one
    };
    // From the soonest to the latest, with names the other way round.
    let order = [
        ready("f", Presence::Cached, Residency::Resident),
        ready("e", Presence::Cached, Residency::Unloaded),
        ready("d", Presence::Remote, Residency::Unloaded),
        ready("c", Presence::Absent, Residency::Unloaded),
    ];
    for pair in order.windows(2) {
        let expected = (pair[0].id.to_string(), TieBreak::Readiness);
        assert_eq!(first("general", &pair[0], &pair[1]), expected);
    }
    let mut small = model("z", "phi");
    small.parameters_millions = Some(100);
    let mut unsized_ = of_context(model("a", "phi"), 100_000);
    unsized_.parameters_millions = None;
    let mut large = model("m", "phi");
    large.parameters_millions = Some(101);
    assert_eq!(
        first("fast", &small, &large),
        ("z".to_owned(), TieBreak::Parameters)
    );
    assert_eq!(
        first("fast", &large, &unsized_),
        ("m".to_owned(), TieBreak::Parameters)
    );
    let wide = of_context(model("z", "llama"), 8_193);
    assert_eq!(
        first("general", &wide, &model("a", "llama")),
        ("z".to_owned(), TieBreak::Context)
    );
    let (upper, lower) = (model("B", "llama"), model("a", "llama"));
    assert_eq!(first("general", &upper, &lower), ("B".to_owned(), TieBreak::Name));
    let mut other = model("a", "llama");
    other.provider = Name::from("another");
    assert_eq!(
        first("general", &lower, &other),
        ("a".to_owned(), TieBreak::Provider)
    );
    assert_eq!(first("general", &lower, &lower), ("a".to_owned(), TieBreak::Twin));
}

#[test]
fn r6_even_the_reasons_against_one_model_given_twice_stand_in_an_order_of_their_own() {
    let unreachable = |reason| {
        let mut one = model("one", "llama");
        one.reachable = Reach::No(reason);
        one
    };
    let (cors, down) = (unreachable(Unreachable::Cors), unreachable(Unreachable::Down));
    let one = ask(&profile("general"), &[cors.clone(), down.clone()]);
    assert_eq!(one, ask(&profile("general"), &[down, cors]));
}

#[test]
fn r6_a_model_in_the_memory_of_its_provider_is_as_ready_as_a_cached_one() {
    let mut loaded = model("b", "llama");
    loaded.presence = Presence::Remote;
    loaded.residency = Residency::Resident;
    assert_eq!(
        first("general", &loaded, &model("a", "llama")),
        ("a".to_owned(), TieBreak::Name)
    );
    let mut idle = model("a", "llama");
    idle.presence = Presence::Remote;
    assert_eq!(
        first("general", &loaded, &idle),
        ("b".to_owned(), TieBreak::Readiness)
    );
}

#[test]
fn r7_the_fallback_profile_filters_again_by_its_own_minimum_and_the_needs() {
    // Enough for fast, were it of its families; too little for general.
    let result = ask(&profile("fast"), &[of_context(model("one", "llama"), 5_000)]);
    assert_eq!(chosen(&result), None);
    assert_eq!(dropped(&result, "one"), Some(Dropped::FamilyNotPreferred));
    let second = verdict(&result, 1, "one").dropped;
    assert!(matches!(
        second,
        Some(Dropped::ContextTooSmall {
            need: 8_192,
            by: Asker::Profile,
            ..
        })
    ));

    let mut images = profile("fast");
    images.needs.images = true;
    let result = ask(&images, &[model("one", "llama")]);
    let second = verdict(&result, 1, "one").dropped;
    assert!(matches!(
        second,
        Some(Dropped::CapabilityMissing {
            need: Capability::Vision,
            ..
        })
    ));
}

#[test]
fn r8_a_decision_is_whole_as_json() {
    let mut other = of_context(model("two", "phi"), 2_048);
    other.context.source = Source::Served;
    let result = ask(&profile("fast"), &[model("one", "phi"), other]);
    let json = serde_json::to_value(decision(&result)).expect("JSON");
    let expected = serde_json::json!({
        "chosen": { "id": "one", "provider": "page", "by": "profile", "tieBreak": "alone" },
        "request": { "wish": { "profile": "fast" }, "needs": { "tools": false, "images": false, "capabilities": [] }, "strict": false },
        "path": [{
            "profile": {
                "name": "fast", "description": "Quick answers from small models.", "required": ["streaming"],
                "preferredFamilies": ["phi", "gemma", "mistral"], "minContext": 4096, "fallback": "general",
                "order": "smallestFirst",
            },
            "verdicts": [
                {
                    "id": "one", "provider": "page", "dropped": null, "despite": null,
                    "standing": {
                        "familyPosition": 0, "readiness": "cached", "unsure": false, "parametersMillions": 1000,
                        "context": { "tokens": 8192, "source": "bundled" },
                    },
                },
                {
                    "id": "two", "provider": "page", "despite": null,
                    "dropped": {
                        "rule": "contextTooSmall", "need": 4096, "have": 2048, "source": "served", "by": "profile",
                    },
                    "standing": {
                        "familyPosition": 0, "readiness": "cached", "unsure": false, "parametersMillions": 1000,
                        "context": { "tokens": 2048, "source": "served" },
                    },
                },
            ],
        }],
        "warnings": [],
        "catalogVersion": "test",
    });
    assert_eq!(json, expected);
}

#[test]
fn r8_a_request_is_read_from_json_with_what_it_leaves_out() {
    let read: Request = json::from_str(r#"{"wish":{"profile":"fast"}}"#).expect("a request");
    assert_eq!(read, profile("fast"));
    let read: Request = json::from_str(
        r#"{"wish":{"inline":{"name":"mine","minContext":1e300}},"needs":{"tokens":5,"tools":true}}"#,
    )
    .expect("a request");
    let needs = Needs {
        tokens: Some(5),
        tools: true,
        ..Needs::default()
    };
    assert_eq!(read.needs, needs);
    assert!(json::from_str::<Request>(r#"{"wish":{"profile":"fast"},"tokens":5}"#).is_err());
}

#[test]
fn fault_32_a_family_a_profile_prefers_is_spelt_as_the_catalog_spells_it() {
    use modelyard::catalog::Catalog;
    use modelyard::catalog::bundled::{BUNDLED, Bundled};
    use modelyard::catalog::family::Family;

    let known: Vec<Family> = Family::all().collect();
    let catalog = Catalog::new(Bundled::read(BUNDLED).expect("the package's own data"));
    for profile in modelyard::routing::Profiles::built_in().iter() {
        for family in &profile.preferred_families {
            assert!(known.contains(family), "{}: {family} is no family", profile.name);
            // As people name such a model, so the router sees it.
            let lookup = catalog.lookup(&format!("{family}:7b"));
            assert_eq!(lookup.family, *family, "{}: {family}:7b", profile.name);
        }
    }
}
