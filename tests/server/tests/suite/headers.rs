//! Statuses, validators, redirects and permissions.

use std::collections::BTreeMap;

use modelyard_testserver::{Config, Cors, Etag, Instead, Preflight, Script, Server, Step};

use crate::wire::{Open, always, get, server};

fn with_header(status: u16, name: &str, value: &str) -> Step {
    let headers = BTreeMap::from([(name.to_string(), Some(value.to_string()))]);
    Step {
        headers,
        ..Step::status(status)
    }
}

#[test]
fn statuses_come_once_and_then_the_file() {
    let (server, bytes) = server();
    let statuses = [500, 502, 503, 504, 401, 403, 404, 410, 429, 408];
    server.script("/f", Script::steps(statuses.map(Step::status)));
    for status in statuses {
        assert_eq!(get(&server, "/f").status(), status);
    }
    assert_eq!(get(&server, "/f").body(), bytes);
}

#[test]
fn a_step_serves_several_requests_and_the_last_one_may_go_on() {
    let (server, _) = server();
    let burst = Step {
        times: 2,
        ..Step::status(503)
    };
    server.script(
        "/f",
        Script {
            repeat: true,
            ..Script::steps([burst, Step::status(410)])
        },
    );
    let statuses: Vec<u16> = (0..5).map(|_| get(&server, "/f").status()).collect();
    assert_eq!(statuses, [503, 503, 410, 410, 410]);
    let steps: Vec<_> = server.log().iter().map(|entry| entry.step).collect();
    assert_eq!(steps, [Some(0), Some(0), Some(1), Some(1), Some(1)]);
}

#[test]
fn retry_after_is_sent_as_it_is() {
    for value in [
        "120",
        "Fri, 20 Nov 2026 12:00:00 GMT",
        "-1",
        "1000000000",
        "1.5",
        "Wed, 32 Foo",
    ] {
        let (server, _) = always(with_header(429, "Retry-After", value));
        let wire = get(&server, "/f");
        assert_eq!(
            (wire.status(), wire.header("retry-after").as_deref()),
            (429, Some(value))
        );
        assert!(
            wire.header("access-control-expose-headers")
                .unwrap()
                .contains("Retry-After")
        );
    }
    let hidden = Step {
        expose: Some(Vec::new()),
        ..with_header(429, "Retry-After", "5")
    };
    let wire = get(&always(hidden).0, "/f");
    assert_eq!(wire.header("access-control-expose-headers"), None);
}

#[test]
fn validators_are_strong_weak_absent_unreadable_or_nonsense() {
    let etag = |etag| {
        get(
            &always(Step {
                etag,
                ..Step::default()
            })
            .0,
            "/f",
        )
    };
    let strong = etag(Etag::Strong).header("etag").unwrap();
    assert_eq!(etag(Etag::Weak).header("etag"), Some(format!("W/{strong}")));
    assert_eq!(etag(Etag::None).header("etag"), None);
    for raw in ["\"v2\"", "\"\"", "unquoted", "\"with\rreturn\""] {
        assert_eq!(etag(Etag::Raw(raw.into())).header("etag").as_deref(), Some(raw));
    }
    let hidden = etag(Etag::Unreadable);
    assert_eq!(hidden.header("etag"), Some(strong));
    let exposed = hidden.header("access-control-expose-headers").unwrap();
    assert!(!exposed.contains("ETag") && exposed.contains("Content-Range"));
}

#[test]
fn pages_come_in_place_of_the_file() {
    let page = |instead| {
        get(
            &always(Step {
                instead: Some(instead),
                ..Step::default()
            })
            .0,
            "/f",
        )
    };
    let login = page(Instead::LoginPage);
    assert_eq!(
        (login.status(), login.header("content-type").as_deref()),
        (200, Some("text/html"))
    );
    assert!(login.body().starts_with(b"<!doctype html>"));
    let empty = page(Instead::Empty);
    assert_eq!(
        (empty.status(), empty.header("content-length").as_deref()),
        (200, Some("0"))
    );
    let json = page(Instead::Page {
        content_type: "application/json".into(),
        text: "{}".into(),
    });
    assert_eq!(
        (json.body(), json.header("content-type").as_deref()),
        (&b"{}"[..], Some("application/json"))
    );
}

#[test]
fn the_type_can_be_wrong_and_the_cache_rule_another() {
    let headers = BTreeMap::from([
        ("Content-Type".to_string(), Some("text/html".to_string())),
        ("cache-control".to_string(), None),
        ("X-Big".to_string(), Some("x".repeat(100_000))),
    ]);
    let (server, bytes) = always(Step {
        headers,
        ..Step::default()
    });
    let wire = get(&server, "/f");
    assert_eq!(wire.header("content-type").as_deref(), Some("text/html"));
    assert_eq!(wire.header("cache-control"), None);
    assert_eq!(wire.header("x-big").map(|value| value.len()), Some(100_000));
    assert_eq!(wire.body(), bytes);
}

#[test]
fn some_statuses_have_no_body_and_a_redirect_may_lead_nowhere() {
    for status in [204, 304] {
        let wire = get(&always(Step::status(status)).0, "/f");
        assert_eq!(
            (wire.status(), wire.body().len(), wire.header("content-length")),
            (status, 0, None)
        );
    }
    let wire = get(&always(Step::status(301)).0, "/f");
    assert_eq!((wire.status(), wire.header("location")), (301, None));
}

#[test]
fn redirects_name_the_request_and_other_origins_and_signed_addresses_expire() {
    let server = Server::start(Config {
        ports: vec![0, 0],
        ..Config::default()
    })
    .unwrap();
    let redirect = |to: &str| Step {
        redirect: Some(to.into()),
        ..Step::default()
    };
    server.script("/f", Script::always(redirect("{origin:1}/blob?sig={n}")));
    server.script("/blob?sig=1", Script::always(Step::status(403)));
    server.script(
        "/loop",
        Script::always(Step {
            status: Some(307),
            ..redirect("/loop")
        }),
    );
    let other = &server.origins()[1];
    for number in 1..3 {
        let wire = get(&server, "/f");
        assert_eq!(
            (wire.status(), wire.header("location")),
            (302, Some(format!("{other}/blob?sig={number}")))
        );
    }
    server
        .put("/blob", modelyard_testserver::Content::bytes(*b"blob"))
        .unwrap();
    assert_eq!(get(&server, "/blob?sig=1").status(), 403);
    assert_eq!(get(&server, "/blob?sig=2").body(), b"blob");
    let loops = get(&server, "/loop");
    assert_eq!(
        (loops.status(), loops.header("location").as_deref()),
        (307, Some("/loop"))
    );
}

#[test]
fn cross_origin_permissions_are_missing_or_for_someone_else() {
    let none = get(
        &always(Step {
            cors: Cors::None,
            ..Step::default()
        })
        .0,
        "/f",
    );
    assert_eq!(none.status(), 200);
    assert!(!none.head().to_lowercase().contains("access-control"));
    let one = get(
        &always(Step {
            cors: Cors::Origin("https://a.example".into()),
            ..Step::default()
        })
        .0,
        "/f",
    );
    assert_eq!(
        one.header("access-control-allow-origin").as_deref(),
        Some("https://a.example")
    );
}

#[test]
fn preflights_are_answered_and_logged_and_use_up_no_step() {
    let (server, _) = server();
    let asks = "Origin: https://a.example\r\nAccess-Control-Request-Headers: if-range\r\n";
    let open = Open::request(&server, "OPTIONS", "/f", asks).finish();
    assert_eq!(
        (
            open.status(),
            open.header("access-control-allow-headers").as_deref()
        ),
        (204, Some("if-range"))
    );
    let preflight = Some(Preflight {
        status: 403,
        headers: BTreeMap::new(),
    });
    server.script(
        "/f",
        Script {
            preflight,
            ..Script::steps([Step::status(503)])
        },
    );
    assert_eq!(
        Open::request(&server, "OPTIONS", "/f", asks).finish().status(),
        403
    );
    assert_eq!(get(&server, "/f").status(), 503);
    let log = server.log();
    assert_eq!(
        log.iter().map(|entry| entry.method.as_str()).collect::<Vec<_>>(),
        ["OPTIONS", "OPTIONS", "GET"]
    );
    assert_eq!(log[0].origin.as_deref(), Some("https://a.example"));
}
