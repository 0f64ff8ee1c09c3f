//! One connection: requests one after another, until one ends it.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use flate2::{Compression, write::GzEncoder};
use socket2::SockRef;

use crate::content::{Content, Reader};
use crate::control;
use crate::drain::drain;
use crate::journal::Ending;
use crate::plan::{Found, Headers, Plan, Surroundings, cross_origin, plan};
use crate::request::{Request, read_request};
use crate::script::{Gzip, Step};
use crate::send::Sender;
use crate::stand_in::StandIn;
use crate::state::Shared;

/// Socket calls return after this time, so that orders and the end of the server are noticed.
const TICK: Duration = Duration::from_millis(50);
/// How long a client may take to receive what was sent before a reset, or to close after a FIN.
const PATIENCE: Duration = Duration::from_secs(2);

/// Serves a connection to its end.
pub(crate) fn serve(stream: TcpStream, port: u16, shared: &Shared) {
    let prepared = stream
        .set_nodelay(true)
        .and_then(|()| stream.set_read_timeout(Some(TICK)))
        .and_then(|()| stream.set_write_timeout(Some(TICK)));
    if prepared.is_err() {
        return;
    }
    let connection = shared.next_connection();
    let mut buffer = Vec::new();
    loop {
        match read_request(&stream, &mut buffer, || shared.is_closing()) {
            Ok(Some(request)) => match respond(&stream, &request, connection, port, shared) {
                (Ending::Complete, true) => {}
                (Ending::Complete | Ending::Cut, _) => return finish(&stream),
                (Ending::Reset, _) => return reset(stream),
                (Ending::Aborted, _) => return,
            },
            Ok(None) => return,
            Err(error) => {
                // No request: say so, for the person who wrote it.
                let head = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
                let _ = (&stream)
                    .write_all(head)
                    .and_then(|()| writeln!(&stream, "{error}"));
                return finish(&stream);
            }
        }
    }
}

/// Answers one request; the truth value tells whether the connection can go on.
fn respond(
    stream: &TcpStream,
    request: &Request,
    connection: u64,
    port: u16,
    shared: &Shared,
) -> (Ending, bool) {
    if request.path.starts_with(control::PREFIX) {
        // Never kept: a browser silently repeats a request whose kept connection was reset, and would so use up a
        // step of a script that no test sees.
        let _ = stream.set_write_timeout(None);
        let sent = (&*stream).write_all(&control::answer(request, shared));
        return (
            if sent.is_ok() {
                Ending::Complete
            } else {
                Ending::Aborted
            },
            false,
        );
    }
    let (id, number) = shared.begin(request, connection, port);
    let (ending, open) = if shared.lock().is_down(&request.path) {
        (Ending::Reset, false)
    } else {
        answer(stream, request, shared, (id, number))
    };
    shared.end(id, ending);
    (ending, open)
}

fn answer(
    stream: &TcpStream,
    request: &Request,
    shared: &Shared,
    (id, number): (u64, u64),
) -> (Ending, bool) {
    let (place, step) = match request.method.as_str() {
        "OPTIONS" => (None, Step::default()),
        _ => shared
            .lock()
            .scripts
            .take(request)
            .map_or((None, Step::default()), |(place, step)| (Some(place), step)),
    };
    shared.note(id, |entry| entry.step = place);
    let stand_in = StandIn::of(request, &step, shared);
    let found = if stand_in.is_some() {
        None
    } else {
        shared.find(&request.path)
    };
    let around = Surroundings {
        cache_control: &shared.config.cache_control,
        isolated: shared.config.isolated,
        origins: &shared.origins,
        number,
        cross_origin: stand_in.as_ref().map(|stand_in| stand_in.told.clone()),
    };
    let mut prefix = None;
    let mut own_preflight = None;
    let mut faults = step.faults.clone();
    let served = if let Some(stand_in) = stand_in {
        prefix = Some(stand_in.prefix);
        own_preflight = stand_in.preflight;
        stand_in.answer.map_or(Found::Nothing, |(plan, more)| {
            faults.extend(more);
            Found::Answer(plan)
        })
    } else {
        found.as_ref().map_or(Found::Nothing, |(content, facts)| {
            let mut facts = facts.clone();
            facts.encoded = encoded(request, &step, content);
            Found::File(facts)
        })
    };
    let mut plan = match request.method.as_str() {
        "OPTIONS" => preflight(request, shared, own_preflight),
        "GET" | "HEAD" | "POST" => plan(request, &step, served, &around),
        _ if prefix.is_some() => plan(request, &step, served, &around),
        _ => plan(request, &Step::status(405), Found::Nothing, &around),
    };
    let keep = shared.config.keep_alive && request.keep_alive && !plan.close;
    if !keep {
        plan.headers.add("Connection", "close");
    }
    let reader = found.as_ref().and_then(|(content, _)| Reader::open(content).ok());
    let sender = Sender {
        stream,
        shared,
        id,
        path: &request.path,
        step: &step,
        faults: &faults,
        stand_in: prefix.as_deref(),
    };
    (sender.send(&plan, reader, request.method == "HEAD"), keep)
}

/// The compressed file, if the step wants one and the client takes it.
fn encoded(request: &Request, step: &Step, content: &Content) -> Option<Vec<u8>> {
    let wanted = match step.gzip? {
        Gzip::Always => true,
        Gzip::Accepted => request
            .header("accept-encoding")
            .is_some_and(|text| text.contains("gzip")),
    };
    if !wanted {
        return None;
    }
    let mut plain = content.read(0, usize::MAX).ok()?;
    flip(&mut plain, &step.flip);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    let mut body = gzip.write_all(&plain).and_then(|()| gzip.finish()).ok()?;
    flip(&mut body, &step.flip_encoded);
    Some(body)
}

fn flip(bytes: &mut [u8], places: &[u64]) {
    for place in places {
        if let Some(byte) = usize::try_from(*place)
            .ok()
            .and_then(|place| bytes.get_mut(place))
        {
            *byte ^= 1;
        }
    }
}

/// The scripted answer to a preflight; or that of a stand-in; or one that allows everything and is not remembered.
fn preflight(request: &Request, shared: &Shared, own: Option<Plan>) -> Plan {
    let mut headers = Headers::default();
    let scripted = shared.lock().scripts.preflight(request);
    let status = match (scripted, own) {
        (Some(scripted), _) => {
            scripted
                .headers
                .iter()
                .for_each(|(name, value)| headers.add(name, value));
            scripted.status
        }
        (None, Some(plan)) => return plan,
        (None, None) => {
            cross_origin(&mut headers, &Step::default());
            headers.set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE");
            headers.set(
                "Access-Control-Allow-Headers",
                request.header("access-control-request-headers").unwrap_or("*"),
            );
            headers.set("Access-Control-Max-Age", "0");
            204
        }
    };
    Plan::bare(status, headers)
}

/// Ends the connection with a FIN. What the client still sends is read, for closing a socket with unread bytes in
/// it would send a RST.
fn finish(mut stream: &TcpStream) {
    let _ = stream.shutdown(Shutdown::Write);
    let deadline = Instant::now() + PATIENCE;
    let mut rest = [0; 4096];
    while Instant::now() < deadline {
        match stream.read(&mut rest) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
            Err(_) => return,
        }
    }
}

/// Ends the connection with a RST, after what was written has arrived.
fn reset(stream: TcpStream) {
    drain(&stream, PATIENCE);
    let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
    drop(stream);
}
