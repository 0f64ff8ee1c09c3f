//! What people read of a decision.

use modelyard::catalog::family::Family;
use modelyard::catalog::record::{Source, Support};
use modelyard::routing::fallback::next;
use modelyard::routing::{
    Candidate, Device, Failed, MAX_SENTENCES, Name, Next, Presence, Reach, Residency, Trial, Trouble,
    Unreachable, explain, route,
};
use proptest::prelude::*;

use super::support::{
    any_device, any_request, any_router, ask, by_name, candidates, decision, device, known, model,
    overridden, profile, router,
};

/// The longest sentence.
const LONGEST: usize = 700;

fn sentences(name: &str, all: &[Candidate]) -> Vec<String> {
    explain(decision(&ask(&profile(name), all)))
}

#[test]
fn the_choice_comes_first_then_the_others_with_what_left_them_out() {
    let mut large = model("two", "phi");
    large.parameters_millions = Some(3_821);
    let mut three = model("three", "codellama");
    three.context = known(8_192);
    let all = [model("one", "phi"), large, three];
    assert_eq!(
        sentences("fast", &all),
        [
            "“one” (page) was chosen for fast: it is the smaller one, with 1,000 million parameters; “two” (page) has 3,821 million.",
            "“two” (page) fits too, in place 2.",
            "“three” (page) was left out: fast takes only phi, gemma, mistral.",
        ]
    );
    assert_eq!(
        sentences("code", &all[2..]),
        [
            "No model fits code, so general was asked instead.",
            "No model fits general.",
            "general prefers families of which no model is here; codellama would fit otherwise.",
            "“three” (page) was left out: general takes only llama, mistral, qwen.",
            "“three” (page) was left out: code asks for 16,384 tokens of context and it has 8,192 (from the bundled catalog).",
        ]
    );
}

#[test]
fn each_reason_to_win_has_its_words() {
    let why = |a: Candidate, b: Candidate| sentences("general", &[a, b]).remove(0);
    let llama = |id: &str| model(id, "llama");
    let remote = |id: &str| Candidate {
        presence: Presence::Remote,
        ..llama(id)
    };
    assert_eq!(
        why(llama("a"), model("b", "qwen")),
        "“a” (page) was chosen for general: llama comes before qwen in the families it prefers."
    );
    assert_eq!(
        why(llama("a"), remote("b")),
        "“a” (page) was chosen for general: it is loaded quickly, “b” (page) is run by a provider."
    );
    let unsure = Candidate {
        reachable: Reach::Unknown,
        ..remote("b")
    };
    assert_eq!(
        why(remote("a"), unsure),
        "“a” (page) was chosen for general: more is known of whether it can be used than of “b” (page)."
    );
    let wide = Candidate {
        context: known(128_000),
        ..llama("b")
    };
    assert_eq!(
        why(llama("a"), wide),
        "“b” (page) was chosen for general: it has the larger context, 128,000 tokens; “a” (page) has 8,192."
    );
    assert_eq!(
        why(llama("a"), llama("b")),
        "“a” (page) was chosen for general: all else being equal, its name comes before “b” (page)."
    );
    let elsewhere = Candidate {
        provider: Name::from("zone"),
        ..llama("a")
    };
    assert_eq!(
        why(llama("a"), elsewhere),
        "“a” (page) was chosen for general: all else being equal, its provider's name comes before that of “a” (zone)."
    );
    assert_eq!(
        why(llama("a"), llama("a")),
        "“a” (page) was chosen for general: it is in the list twice."
    );
    assert_eq!(
        why(llama("a"), model("b", "yi")),
        "“a” (page) was chosen for general: it is the only one that fits."
    );
    assert_eq!(
        sentences("general", &[llama("a")])[0],
        "“a” (page) was chosen for general: it is the only model there is."
    );
}

#[test]
fn each_reason_to_be_left_out_has_its_words() {
    let left_out = |change: &dyn Fn(&mut Candidate, &mut Device)| {
        let mut one = model("a", "llama");
        let mut device = device();
        change(&mut one, &mut device);
        let result = route(&router(), &profile("general"), &[one], &device);
        let lines = explain(decision(&result));
        lines
            .last()
            .expect("a line")
            .replace("“a” (page) was left out: ", "")
    };
    let reach = |reason| left_out(&|one, _| one.reachable = Reach::No(reason));
    assert_eq!(reach(Unreachable::Offline), "there is no network.");
    assert_eq!(
        reach(Unreachable::Cors),
        "its server does not accept requests from this page."
    );
    assert_eq!(
        reach(Unreachable::Permission),
        "the browser has to be allowed to reach the local network."
    );
    assert_eq!(reach(Unreachable::Down), "its server does not answer.");
    assert_eq!(reach(Unreachable::Key), "its key is missing or was refused.");
    assert_eq!(
        left_out(&|one, device| {
            one.asks.gpu_memory_bytes = Some(6_240_000_000);
            device.gpu_memory_bytes = Some(999_900_000);
        }),
        "it needs 6.2 GB of graphics memory and there are 999.9 MB."
    );
    assert_eq!(
        left_out(&|one, device| {
            one.presence = Presence::Absent;
            one.download_bytes = Some(1_000_000_000);
            device.free_disk_bytes = Some(0);
        }),
        "its download needs 1.0 GB and 0.0 MB are free."
    );
    assert_eq!(
        left_out(&|one, device| {
            one.asks.webgpu = true;
            device.webgpu = Support::No;
        }),
        "this browser has no WebGPU."
    );
    assert_eq!(
        left_out(&|one, device| {
            one.asks.shader_f16 = true;
            device.shader_f16 = Support::No;
        }),
        "this device's WebGPU has no 16-bit numbers."
    );
    assert_eq!(
        left_out(&|one, _| one.capabilities.streaming = Support::No),
        "it cannot give its answer piece by piece, and general asks for that."
    );
    assert_eq!(
        left_out(&|one, _| one.capabilities.streaming = Support::Unknown),
        "nobody says that it can give its answer piece by piece, and general asks for that."
    );
    assert_eq!(
        left_out(&|one, _| {
            one.context.tokens = 4_096;
            one.context.source = Source::Default;
        }),
        "general asks for 8,192 tokens of context and it has 4,096 (assumed, as nobody says)."
    );
}

#[test]
fn overrides_and_models_asked_for_by_name_are_spoken_of() {
    let mut small = model("small", "yi");
    small.context = known(2_048);
    let all = [small, model("phi3:mini", "phi")];
    let lines = |profile_override: &str| {
        let result = route(
            &overridden("fast", profile_override),
            &profile("fast"),
            &all,
            &device(),
        );
        explain(decision(&result))
    };
    let taken = lines("small");
    assert_eq!(
        taken[0],
        "“small” (page) was chosen for fast: it is set for this profile."
    );
    assert_eq!(
        taken[1],
        "Take care: it is set for this profile, but fast asks for 4,096 tokens of context and it has 2,048 (from the bundled catalog)."
    );
    let missing = lines("phi3:min");
    assert_eq!(
        missing[1],
        "“phi3:min” is set for fast but was not taken: there is no such model. Did you mean “phi3:mini”?"
    );
    let mut request = by_name("small");
    request.needs.tokens = Some(4_000);
    let lines = explain(decision(&ask(&request, &all)));
    assert_eq!(
        lines,
        [
            "“small” (page) was chosen: it was asked for by name.",
            "Take care: this request needs 4,000 tokens of context and it has 2,048 (from the bundled catalog).",
            "“phi3:mini” (page) was left out: another model was asked for by name.",
        ]
    );
}

#[test]
fn what_failed_before_is_spoken_of() {
    let all = [model("a", "llama"), model("b", "llama")];
    let decision = ask(&profile("general"), &all).expect("a choice");
    let trouble = Trouble::RateLimited { retry_after_ms: None };
    let failures = [Failed {
        id: Name::from("a"),
        provider: Name::from("page"),
        trouble,
    }];
    let trial = Trial {
        failures: &failures,
        cool_downs: &[],
        now: 0,
        may_download: false,
    };
    let Next::Try(second) = next(&router(), &decision, &all, &device(), &trial) else {
        panic!("there is another one")
    };
    assert_eq!(
        explain(&second).last().expect("a line"),
        "“a” (page) was left out: it was tried already, and its provider asked to slow down."
    );
}

#[test]
fn what_two_profiles_say_of_a_model_is_said_once() {
    let mut down = model("down", "llama");
    down.reachable = Reach::No(Unreachable::Down);
    let all = [model("a", "phi"), down, model("z", "llama")];
    assert_eq!(
        sentences("code", &all)[2..],
        [
            "“a” (page) was left out: general takes only llama, mistral, qwen.",
            "“down” (page) was left out: its server does not answer.",
            "“a” (page) was left out: code asks for 16,384 tokens of context and it has 8,192 (from the bundled catalog).",
            "“z” (page) was left out: code asks for 16,384 tokens of context and it has 8,192 (from the bundled catalog).",
        ]
    );
}

#[test]
fn an_error_is_one_sentence() {
    let all = [model("llama3.1:8b", "yi"), model("b", "yi")];
    let message = |request| ask(&request, &all).expect_err("no route").message();
    assert_eq!(
        message(profile("fats")),
        "There is no profile “fats”. Did you mean “fast”?"
    );
    assert_eq!(
        message(by_name("llama3.1")),
        "There is no model “llama3.1”. Did you mean “llama3.1:8b”?"
    );
    assert_eq!(
        message(profile("code")),
        "None of the 2 models fits code or general."
    );
    let mut request = by_name("b");
    request.strict = true;
    request.needs.images = true;
    assert_eq!(
        message(request),
        "“b” cannot be used: nobody says that it can read images, and this request needs that."
    );
}

#[test]
fn thousands_of_models_make_no_thousands_of_sentences() {
    let all: Vec<Candidate> = (0..3_000)
        .map(|index| model(&format!("m{index}"), "llama"))
        .collect();
    let lines = sentences("general", &all);
    assert_eq!(lines.len(), MAX_SENTENCES + 1);
    assert_eq!(
        lines.last().expect("a line"),
        "2,750 more are in the decision itself."
    );
}

#[test]
fn a_name_cannot_reorder_break_or_flood_a_sentence() {
    let names = ["\u{202E}evil\n\u{0}", &"x".repeat(1 << 16), "", "ü“”</b>"];
    let all: Vec<Candidate> = names.iter().map(|name| model(name, "llama")).collect();
    for line in sentences("general", &all) {
        assert!(line.chars().count() < LONGEST);
        assert!(!line.contains(['\n', '\u{0}', '\u{202E}']), "{line:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_decision_can_be_explained(
        (router, request, mut all, device) in (any_router(), any_request(), candidates(), any_device()),
        names in proptest::collection::vec((".{0,300}", ".{0,80}", ".{0,80}"), 0..4),
    ) {
        for (one, (id, provider, family)) in all.iter_mut().zip(&names) {
            one.id = Name::from(id.as_str());
            one.provider = Name::from(provider.as_str());
            one.family = Family::named(family);
            one.residency = Residency::Resident;
        }
        let result = route(&router, &request, &all, &device);
        let mut lines = explain(decision(&result));
        prop_assert!(!lines.is_empty());
        if let Err(error) = &result {
            lines.push(error.message());
        }
        // Each model is spoken of.
        let models = if decision(&result).path.is_empty() { 0 } else { all.len() };
        prop_assert!(lines.len() >= models.min(MAX_SENTENCES));
        for line in &lines {
            prop_assert!(line.ends_with(['.', '?']), "{line:?}");
            prop_assert!(line.chars().count() < LONGEST, "{line:?}");
            prop_assert!(!line.chars().any(char::is_control), "{line:?}");
        }
    }
}
