//! Cuts, resets, stalls, pace, and clients that go away.

use std::time::{Duration, Instant};

use modelyard_testserver::{At, Condition, Config, Content, Do, Ending, Fault, Place, Script, Server, Step};

use crate::wire::{End, Open, SIZE, always, await_stall, await_that, get, get_range, server};

#[test]
fn the_connection_is_cut_after_so_many_bytes() {
    for (at, count) in [
        (At::Byte(0), 0),
        (At::Byte(1), 1),
        (At::Byte(50_000), 50_000),
        (At::Byte(-1), SIZE - 1),
    ] {
        let (server, bytes) = always(Step::fault(at, Do::Fin));
        let wire = get(&server, "/f");
        assert_eq!((wire.body(), wire.end), (&bytes[..count], End::Fin));
        assert_eq!(wire.header("content-length"), Some(SIZE.to_string()));
        let log = &server.log()[0];
        assert_eq!(
            (log.bytes_sent, log.ending, log.aborted),
            (count as u64, Some(Ending::Cut), false)
        );
    }
}

#[test]
fn the_connection_is_reset_after_so_many_bytes() {
    for (at, count) in [
        (At::Byte(0), 0),
        (At::Byte(50_000), 50_000),
        (At::Place(Place::End), SIZE),
    ] {
        let (server, bytes) = always(Step::fault(at, Do::Reset));
        let wire = get(&server, "/f");
        assert_eq!((wire.body().len(), wire.end), (count, End::Reset));
        assert_eq!(wire.body(), &bytes[..count]);
        assert_eq!(server.log()[0].ending, Some(Ending::Reset));
    }
}

#[test]
fn a_reset_in_a_large_file_comes_after_all_bytes_before_it() {
    let (server, _) = server();
    server.put_unread("/f", Content::sparse(1, 64 << 20));
    server.script("/f", Script::always(Step::fault(At::Byte(30 << 20), Do::Reset)));
    let wire = get(&server, "/f");
    assert_eq!((wire.body().len(), wire.end), (30 << 20, End::Reset));
}

#[test]
fn faults_count_from_the_first_byte_of_the_answer_not_of_the_file() {
    let (server, bytes) = always(Step::fault(At::Byte(10), Do::Fin));
    assert_eq!(get_range(&server, "bytes=500-").body(), &bytes[500..510]);
}

#[test]
fn no_answer_comes_at_all() {
    for (what, end) in [(Do::Fin, End::Fin), (Do::Reset, End::Reset)] {
        let wire = get(&always(Step::fault(At::Place(Place::Start), what)).0, "/f");
        assert_eq!((wire.bytes.len(), wire.end), (0, end));
    }
}

#[test]
fn an_answer_stalls_before_its_head_and_goes_on_when_released() {
    let (server, bytes) = always(Step::fault(At::Place(Place::Start), Do::Stall));
    let open = Open::request(&server, "GET", "/f", "");
    await_stall(&server);
    open.stream.set_nonblocking(true).unwrap();
    assert!(open.stream.peek(&mut [0]).is_err(), "nothing came");
    open.stream.set_nonblocking(false).unwrap();
    assert_eq!(server.log()[0].status, 0);
    assert_eq!(server.release("/f", None), 1);
    assert_eq!(open.finish().body(), bytes);
}

#[test]
fn an_answer_stalls_before_the_first_byte_in_the_middle_and_at_the_end() {
    for (at, count) in [
        (At::Byte(0), 0),
        (At::Byte(60_000), 60_000),
        (At::Place(Place::End), SIZE),
    ] {
        let (server, bytes) = always(Step::fault(at, Do::Stall));
        let mut open = Open::request(&server, "GET", "/f", "");
        await_stall(&server);
        open.read_body(count);
        let log = &server.log()[0];
        assert_eq!(
            (log.status, log.bytes_sent, log.stalled),
            (200, count as u64, true)
        );
        server.release("/f", None);
        let wire = open.finish();
        assert_eq!((wire.body(), wire.end), (&bytes[..], End::Fin));
    }
}

#[test]
fn a_stalled_answer_can_end_in_a_reset_and_stall_more_than_once() {
    let stall = |at| Fault {
        at: At::Byte(at),
        what: Do::Stall,
    };
    let (server, _) = always(Step {
        faults: vec![stall(10), stall(20)],
        ..Step::default()
    });
    let open = Open::request(&server, "GET", "/f", "");
    await_stall(&server);
    server.release("/f", None);
    await_that(
        &server,
        &Condition {
            stalled: Some(1),
            bytes_sent: Some(20),
            ..Condition::default()
        },
    );
    server.release("/f", Some(Do::Reset));
    let wire = open.finish();
    assert_eq!((wire.body().len(), wire.end), (20, End::Reset));
}

#[test]
fn a_client_that_leaves_is_noticed_while_stalled_and_while_sending() {
    let (server, _) = always(Step::fault(At::Byte(5), Do::Stall));
    let open = Open::request(&server, "GET", "/f", "");
    await_stall(&server);
    drop(open);
    await_that(
        &server,
        &Condition {
            aborted: Some(1),
            idle: true,
            ..Condition::default()
        },
    );
    assert_eq!(
        (server.log()[0].ending, server.log()[0].aborted),
        (Some(Ending::Aborted), true)
    );

    server.put_unread("/large", Content::sparse(1, 1 << 30));
    let mut open = Open::request(&server, "GET", "/large", "");
    open.read_body(1000);
    drop(open);
    let left = Condition {
        path: Some("/large".into()),
        aborted: Some(1),
        ..Condition::default()
    };
    await_that(&server, &left);
    assert!(server.totals(&left).bytes_sent < 1 << 28);
}

#[test]
fn bytes_trickle_one_by_one_until_the_limit_is_lifted() {
    let (server, bytes) = server();
    server.bandwidth("/f", Some(1));
    let started = Instant::now();
    let mut open = Open::request(&server, "GET", "/f", "");
    open.read_body(3);
    assert!(started.elapsed() >= Duration::from_millis(1900));
    assert!(server.log()[0].bytes_sent < 100);
    server.bandwidth("/f", None);
    assert_eq!(open.finish().body(), bytes);
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_step_has_a_speed_of_its_own() {
    let (server, _) = always(Step {
        bandwidth: Some(200_000),
        ..Step::default()
    });
    let started = Instant::now();
    get(&server, "/f");
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(430), "{took:?}");
}

#[test]
fn running_answers_are_interrupted_from_outside() {
    let (server, _) = server();
    for (how, end) in [(Do::Fin, End::Fin), (Do::Reset, End::Reset)] {
        server.bandwidth("/f", Some(20_000));
        let mut open = Open::request(&server, "GET", "/f", "");
        open.read_body(100);
        assert_eq!(server.interrupt("/f", how), 1);
        let wire = open.finish();
        assert!(wire.body().len() < SIZE);
        assert_eq!(wire.end, end);
    }
    let open = Open::request(&server, "GET", "/f", "");
    await_that(
        &server,
        &Condition {
            requests: Some(3),
            ..Condition::default()
        },
    );
    server.interrupt("/f", Do::Stall);
    await_stall(&server);
    server.bandwidth("/f", None);
    server.release("/f", None);
    assert_eq!(open.finish().body().len(), SIZE);
}

#[test]
fn connections_are_kept_if_the_server_is_told_so() {
    use std::io::Write;
    let server = Server::start(Config {
        keep_alive: true,
        ..Config::default()
    })
    .unwrap();
    server.put("/f", Content::bytes(*b"abc")).unwrap();
    let mut open = Open::request(&server, "GET", "/f", "");
    open.read_body(3);
    write!(open.stream, "GET /f HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap();
    open.finish();
    let log = server.log();
    assert_eq!((log.len(), log[0].connection), (2, log[1].connection));
}

#[test]
fn a_server_that_stops_resets_what_it_is_sending() {
    let (server, _) = always(Step::fault(At::Byte(5), Do::Stall));
    let open = Open::request(&server, "GET", "/f", "");
    await_stall(&server);
    drop(server);
    assert_eq!(open.finish().end, End::Reset);
}
