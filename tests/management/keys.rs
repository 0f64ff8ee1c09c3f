//! Keys of providers, as far as management knows of them: that there is one, and whether it is another than before.

use modelyard::management::{Input, KeyKeep, KeyPhase, KeyState, Phase};
use modelyard::providers::{ProviderError, ProviderErrorKind};

use crate::desk::{Desk, list_of, local};

fn key(state: KeyPhase, fingerprint: &str) -> KeyState {
    KeyState {
        state,
        keep: Some(KeyKeep::Device),
        fingerprint: Some(fingerprint.to_owned()),
    }
}

fn told(desk: &mut Desk, provider: &str, key: KeyState) {
    desk.input(Input::KeyChanged {
        provider: provider.to_owned(),
        key,
    });
}

#[test]
fn the_state_of_a_provider_says_what_is_known_of_its_key() {
    let mut desk = Desk::new(vec![local("ollama")]);
    assert_eq!(desk.states["ollama"].key, KeyState::default());
    told(&mut desk, "ollama", key(KeyPhase::Ready, "one"));
    assert_eq!(desk.states["ollama"].key, key(KeyPhase::Ready, "one"));
    told(&mut desk, "ollama", KeyState::default());
    assert_eq!(desk.states["ollama"].key, KeyState::default());
}

#[test]
fn a_key_known_before_its_provider_counts_when_that_comes() {
    let mut desk = Desk::new(Vec::new());
    told(&mut desk, "ollama", key(KeyPhase::Locked, "one"));
    desk.configure(vec![local("ollama")]);
    assert_eq!(desk.states["ollama"].key, key(KeyPhase::Locked, "one"));
}

#[test]
fn m2_another_key_makes_a_list_expire_and_locking_does_not() {
    let mut desk = Desk::listing(&["a:1"]);
    told(&mut desk, "ollama", key(KeyPhase::Ready, "one"));
    assert!(desk.states["ollama"].stale, "a key was set");
    desk.list();
    desk.answer_list("ollama", Ok(list_of(&["a:1"])));
    desk.answer_running("ollama");
    for same in [KeyPhase::Locked, KeyPhase::Ready, KeyPhase::Ready] {
        told(&mut desk, "ollama", key(same, "one"));
        assert!(!desk.states["ollama"].stale, "{same:?}");
    }
    told(&mut desk, "ollama", key(KeyPhase::Ready, "two"));
    assert!(desk.states["ollama"].stale, "another key");
    desk.refresh("ollama");
    desk.answer_list("ollama", Ok(list_of(&["a:1"])));
    desk.answer_running("ollama");
    told(&mut desk, "ollama", KeyState::default());
    assert!(desk.states["ollama"].stale, "the key was forgotten");
}

#[test]
fn an_answer_to_the_key_before_does_not_count() {
    let mut desk = Desk::new(vec![local("ollama")]);
    told(&mut desk, "ollama", key(KeyPhase::Ready, "one"));
    desk.list();
    let old = desk.list_ask("ollama");
    told(&mut desk, "ollama", key(KeyPhase::Ready, "two"));
    assert_ne!(desk.list_ask("ollama"), old, "whoever waits is asked for anew");
    desk.answer(old, Ok(list_of(&["of-the-old-key:1"])));
    assert!(desk.told.is_empty());
}

#[test]
fn another_key_takes_a_refusal_away() {
    let mut desk = Desk::new(vec![local("ollama")]);
    desk.list();
    let refusal = ProviderError::from(ProviderErrorKind::Unauthorized);
    desk.answer_list("ollama", Err(modelyard::management::Problem::Refused(refusal)));
    assert_eq!(desk.states["ollama"].state, Phase::Failing);
    told(&mut desk, "ollama", key(KeyPhase::Ready, "one"));
    assert_eq!(desk.states["ollama"].state, Phase::Unknown);
    assert_eq!(desk.states["ollama"].failure, None);
}
