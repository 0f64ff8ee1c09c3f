//! Requirement R9: what can be reached and what the device is up to; and fault 32, families that are spelt otherwise.

use modelyard::catalog::family::Family;
use modelyard::catalog::record::Support;
use modelyard::routing::{
    Asks, Candidate, Device, Dropped, Feature, Presence, ProfileSpec, Reach, Readiness, Residency, TieBreak,
    UnknownFact, Unreachable, Warning, Wish, route,
};

use super::support::{
    ask, chosen, decision, device, dropped, known, model, profile, request, router, verdict,
};

/// What leaves out a model that is not on the disk and asks for everything.
fn left_out(change: impl FnOnce(&mut Candidate, &mut Device)) -> Option<Dropped> {
    let mut one = model("one", "llama");
    one.presence = Presence::Absent;
    one.download_bytes = Some(10);
    one.asks = Asks {
        gpu_memory_bytes: Some(20),
        webgpu: true,
        shader_f16: true,
    };
    let mut device = device();
    change(&mut one, &mut device);
    dropped(&route(&router(), &profile("general"), &[one], &device), "one")
}

#[test]
fn r9_what_cannot_be_reached_or_does_not_fit_the_device_is_left_out_with_the_reason() {
    assert_eq!(left_out(|_, _| {}), None);
    for reason in [
        Unreachable::Offline,
        Unreachable::Cors,
        Unreachable::Permission,
        Unreachable::Down,
        Unreachable::Key,
    ] {
        let dropped = left_out(|one, _| one.reachable = Reach::No(reason));
        assert_eq!(dropped, Some(Dropped::Unreachable { reason }));
    }
    let reason = Unreachable::Offline;
    let offline = left_out(|_, device| device.online = Support::No);
    assert_eq!(offline, Some(Dropped::Unreachable { reason }));
    let missing = |need| Some(Dropped::FeatureMissing { need });
    assert_eq!(
        left_out(|_, device| device.webgpu = Support::No),
        missing(Feature::Webgpu)
    );
    assert_eq!(
        left_out(|_, device| device.shader_f16 = Support::No),
        missing(Feature::ShaderF16)
    );
    let memory = left_out(|_, device| device.gpu_memory_bytes = Some(19));
    assert_eq!(memory, Some(Dropped::GpuMemoryTooSmall { need: 20, have: 19 }));
    let disk = left_out(|_, device| device.free_disk_bytes = Some(9));
    assert_eq!(disk, Some(Dropped::DiskFull { need: 10, have: 9 }));
    assert_eq!(left_out(|_, device| device.gpu_memory_bytes = Some(20)), None);
    assert_eq!(left_out(|_, device| device.free_disk_bytes = Some(10)), None);
}

#[test]
fn r9_what_is_on_the_disk_needs_no_network_and_no_room_and_what_is_in_memory_fits_there() {
    let cached = left_out(|one, device| {
        one.presence = Presence::Cached;
        device.online = Support::No;
        device.free_disk_bytes = Some(0);
    });
    assert_eq!(cached, None);
    let resident = left_out(|one, device| {
        one.residency = Residency::Resident;
        *device = Device {
            gpu_memory_bytes: Some(0),
            webgpu: Support::No,
            ..Device::default()
        };
    });
    assert_eq!(resident, None);
}

#[test]
fn r9_what_is_unknown_is_never_left_out_but_stands_behind_what_is_known() {
    let nothing_known = left_out(|one, device| {
        one.reachable = Reach::Unknown;
        *device = Device::default();
    });
    assert_eq!(nothing_known, None);

    let mut sure = model("z", "llama");
    sure.presence = Presence::Remote;
    let mut unsure = model("a", "llama");
    unsure.context = known(1_000_000);
    unsure.presence = Presence::Remote;
    unsure.reachable = Reach::Unknown;
    let result = ask(&profile("general"), &[unsure.clone(), sure]);
    assert_eq!(chosen(&result), Some("z"));
    assert_eq!(
        decision(&result).chosen.as_ref().expect("a choice").tie_break,
        TieBreak::Readiness
    );
    assert!(verdict(&result, 0, "a").standing.unsure);

    // It still stands before what must be downloaded.
    let mut far = model("z", "llama");
    far.presence = Presence::Absent;
    far.download_bytes = Some(1);
    let result = ask(&profile("general"), &[unsure, far]);
    assert_eq!(chosen(&result), Some("a"));
    let what = UnknownFact::Reach;
    assert_eq!(decision(&result).warnings, [Warning::Unknown { what }]);
    assert_eq!(verdict(&result, 0, "a").standing.readiness, Readiness::Reachable);
}

#[test]
fn r9_what_is_not_known_of_fit_and_download_is_said() {
    let mut one = model("one", "llama");
    one.presence = Presence::Partial;
    one.asks.webgpu = true;
    let result = route(&router(), &profile("general"), &[one], &Device::default());
    let facts = [UnknownFact::Fit, UnknownFact::Download];
    assert_eq!(
        decision(&result).warnings,
        facts.map(|what| Warning::Unknown { what })
    );
}

#[test]
fn fault_32_a_preference_that_finds_no_family_is_said() {
    let all = [
        model("one", "llama-3"),
        model("two", "smollm"),
        model("three", "smollm"),
    ];
    let error = ask(&profile("general"), &all).expect_err("no family fits");
    let [Warning::PreferenceUnused { profile, found }] = error.decision.warnings.as_slice() else {
        panic!("{:?}", error.decision.warnings)
    };
    let found: Vec<&str> = found.iter().map(Family::as_str).collect();
    assert_eq!((profile.as_str(), found), ("general", vec!["llama-3", "smollm"]));
}

#[test]
fn fault_32_families_are_the_same_in_any_letter_case() {
    let spec = ProfileSpec {
        name: "mine".to_owned(),
        preferred_families: Some(vec!["DeepSeek-Coder".to_owned()]),
        ..ProfileSpec::default()
    };
    let result = ask(&request(Wish::Inline(spec)), &[model("one", "deepseek-coder")]);
    assert_eq!(chosen(&result), Some("one"));
}
