//! Requirement M4: details of one model.

use modelyard::engine::failure::ErrorCode;
use modelyard::management::{Input, Phase, Reach, Request};

use crate::desk::{Desk, broken, dead, list_of, local, not_there, public, shown};

/// A local provider that has listed `a:1`, and its details with that system prompt.
fn showing(system: &str) -> Desk {
    let mut desk = Desk::listing(&["a:1"]);
    desk.show("ollama", "a:1");
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Ok(shown(system)));
    desk
}

#[test]
fn m4_details_have_what_the_list_says_and_name_what_nobody_says() {
    let mut desk = showing("be brief");
    let id = desk.show("ollama", "a:1");
    let details = desk.details(id);
    assert_eq!(
        (details.id.as_str(), details.provider.as_str()),
        ("ollama/a:1", "ollama")
    );
    assert_eq!(details.size_bytes, Some(1_321_098_329), "of the list");
    assert_eq!(details.digest.as_deref(), Some("digest-of-a:1"));
    assert_eq!(details.parameters_billions, Some(1.236));
    assert_eq!(details.system.as_deref(), Some("be brief"));
    assert_eq!(details.parameters[0].name, "num_ctx");
    assert_eq!(
        details.missing,
        ["servedContextWindow", "maxOutputTokens", "license"]
    );
    let json = serde_json::to_value(details).expect("JSON");
    for field in &details.missing {
        assert!(
            json[field].is_null() && json.get(field).is_some(),
            "{field}: {json}"
        );
    }
    assert_eq!(json["capabilities"]["tools"], "yes");
}

#[test]
fn m4_every_field_can_be_missing() {
    let mut desk = Desk::new(vec![local("ollama")]);
    let id = desk.show("ollama", "a:1");
    let ask = desk.show_ask("ollama", "a:1");
    let nothing = modelyard::management::Answer::Shown(Box::default());
    desk.answer(ask, Ok(nothing));
    let details = desk.details(id);
    assert_eq!(details.name, "a:1");
    let json = serde_json::to_value(details).expect("JSON");
    for field in &details.missing {
        let value = json.get(field).unwrap_or_else(|| panic!("{field} is no field"));
        assert!(value.is_null() || *field == "capabilities", "{field}: {value}");
    }
    assert_eq!(details.missing.len(), 14, "{:?}", details.missing);
}

#[test]
fn m2_details_are_fresh_for_5_minutes() {
    let mut desk = showing("one");
    let before = desk.asked.len();
    desk.pass(299_999);
    let id = desk.show("ollama", "a:1");
    assert_eq!(desk.details(id).age_ms, 299_999);
    assert!(!desk.details(id).stale);
    assert_eq!(desk.asked_since(before), []);
    desk.pass(1);
    desk.show("ollama", "a:1");
    assert_eq!(desk.asked_since(before).len(), 1);
}

#[test]
fn m2_equal_shows_at_once_are_one_question() {
    let mut desk = Desk::listing(&["llama3.2:latest"]);
    let before = desk.asked.len();
    // Written otherwise, and the same model.
    let ids = [
        desk.show("ollama", "llama3.2"),
        desk.show("ollama", "llama3.2:latest"),
        desk.show("ollama", "Llama3.2"),
    ];
    assert_eq!(desk.asked_since(before).len(), 1);
    let ask = desk.show_ask("ollama", "llama3.2");
    desk.answer(ask, Ok(shown("one")));
    for id in ids {
        assert_eq!(
            desk.details(id).id,
            "ollama/llama3.2:latest",
            "as the core knows it"
        );
    }
}

#[test]
fn m2_a_refresh_asks_although_details_are_fresh() {
    let mut desk = showing("one");
    let id = desk.request(Request::Show {
        provider: "ollama".to_owned(),
        model: "a:1".to_owned(),
        refresh: true,
    });
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Ok(shown("two")));
    assert_eq!(desk.details(id).system.as_deref(), Some("two"));
}

#[test]
fn m2_a_change_makes_the_next_show_ask() {
    let mut desk = showing("one");
    desk.changed("ollama");
    let id = desk.show("ollama", "a:1");
    assert!(desk.waiting.contains(&id));
}

#[test]
fn m3_old_details_are_shown_only_if_the_provider_cannot_be_reached() {
    let mut desk = showing("one");
    desk.pass(600_000);
    let id = desk.show("ollama", "a:1");
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Err(dead()));
    let details = desk.details(id);
    assert!(details.offline && details.stale);
    assert_eq!(
        (details.age_ms, details.system.as_deref()),
        (600_000, Some("one"))
    );
    assert_eq!(desk.reach["ollama"], Reach::Cors);
    let id = desk.show("ollama", "a:1");
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Err(broken()));
    assert_eq!(desk.failure(id).code, ErrorCode::ProviderError);
    assert_eq!(desk.reach["ollama"], Reach::Yes);
}

#[test]
fn m3_without_old_details_it_is_the_failure() {
    let mut desk = Desk::listing(&["a:1"]);
    let id = desk.show("ollama", "a:1");
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Err(dead()));
    let failure = desk.failure(id);
    assert_eq!(
        (failure.code, failure.model.as_deref()),
        (ErrorCode::CorsOrNetwork, Some("a:1"))
    );
}

#[test]
fn m3_a_show_that_is_not_answered_ends_in_its_time() {
    let mut desk = Desk::listing(&["a:1"]);
    let id = desk.show("ollama", "a:1");
    desk.pass(10_000);
    assert_eq!(desk.failure(id).code, ErrorCode::Timeout);
    assert!(desk.open.is_empty());
}

#[test]
fn m3_without_a_network_only_what_is_here_is_asked() {
    let mut desk = Desk::new(vec![public("there"), local("here")]);
    desk.input(Input::Online(false));
    let id = desk.show("there", "a:1");
    assert_eq!(desk.failure(id).code, ErrorCode::Offline);
    desk.show("here", "a:1");
    assert_eq!(desk.asked.len(), 1);
}

#[test]
fn m4_an_unknown_name_is_not_found_with_the_closest_names() {
    let mut desk = Desk::listing(&["llama3.2:1b", "qwen3:8b", "llama3.2:3b"]);
    let id = desk.show("ollama", "lama3.2:1b");
    let ask = desk.show_ask("ollama", "lama3.2:1b");
    desk.answer(ask, Err(not_there()));
    let failure = desk.failure(id);
    assert_eq!(
        (failure.code, failure.http_status),
        (ErrorCode::NotFound, Some(404))
    );
    assert_eq!(
        failure.recovery,
        ["Did you mean ollama/llama3.2:1b or ollama/llama3.2:3b?"]
    );
}

#[test]
fn m4_without_a_list_one_is_asked_for_to_name_the_closest() {
    let mut desk = Desk::new(vec![local("ollama")]);
    let id = desk.show("ollama", "lama3.2:1b");
    let ask = desk.show_ask("ollama", "lama3.2:1b");
    desk.answer(ask, Err(not_there()));
    assert!(desk.waiting.contains(&id));
    desk.answer_list("ollama", Ok(list_of(&["llama3.2:1b"])));
    assert_eq!(desk.failure(id).recovery, ["Did you mean ollama/llama3.2:1b?"]);
}

#[test]
fn m4_a_list_that_does_not_come_leaves_the_name_not_found() {
    for wait in [true, false] {
        let mut desk = Desk::new(vec![local("ollama")]);
        let id = desk.show("ollama", "lama3.2:1b");
        let ask = desk.show_ask("ollama", "lama3.2:1b");
        desk.answer(ask, Err(not_there()));
        if wait {
            desk.pass(2_000);
        } else {
            desk.answer_list("ollama", Err(broken()));
        }
        assert_eq!(desk.failure(id).code, ErrorCode::NotFound);
        assert_eq!(desk.failure(id).recovery, ["Check the name."]);
    }
}

#[test]
fn m4_a_model_that_is_gone_makes_its_list_expire_and_its_details_go() {
    let mut desk = showing("one");
    desk.pass(300_000);
    desk.list();
    desk.answer_list("ollama", Ok(list_of(&["a:1", "a:2"])));
    desk.answer_running("ollama");
    let id = desk.show("ollama", "a:1");
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Err(not_there()));
    assert_eq!(
        desk.failure(id).recovery,
        ["Did you mean ollama/a:2?"],
        "not what is gone"
    );
    assert_eq!(desk.stored.keys().collect::<Vec<_>>(), ["list/ollama"]);
    let before = desk.asked.len();
    desk.list();
    assert_eq!(desk.asked_since(before).len(), 2);
    // Nothing is left that could be shown when it cannot be reached.
    let id = desk.show("ollama", "a:1");
    let ask = desk.show_ask("ollama", "a:1");
    desk.answer(ask, Err(dead()));
    assert_eq!(desk.failure(id).code, ErrorCode::CorsOrNetwork);
}

#[test]
fn a_name_no_model_can_have_is_not_asked_for() {
    let mut desk = Desk::listing(&["a:1"]);
    let before = desk.asked.len();
    for name in ["", "a b", "../../etc/passwd", "a\u{202e}b", &"x".repeat(5_000)] {
        let id = desk.show("ollama", name);
        let failure = desk.failure(id);
        assert_eq!(
            (failure.code, failure.field.as_deref()),
            (ErrorCode::InvalidInput, Some("model"))
        );
    }
    let id = desk.show("nobody", "a:1");
    assert_eq!(desk.failure(id).code, ErrorCode::NotFound);
    assert_eq!(desk.asked_since(before), []);
    assert_eq!(desk.states["ollama"].state, Phase::Ok);
}
