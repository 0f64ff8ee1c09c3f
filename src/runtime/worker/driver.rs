//! The driver: takes messages and events one at a time and has them carried out.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use crate::engine::ids::Ticket;
use crate::engine::manifest::ModelFile;
use crate::net::{Body, Net};
use crate::storage::weights::Ingest;
use crate::transfer::job::Job;
use crate::transfer::policy::TICK_MS;
use crate::transfer::protocol::{FromWorker, StoredBlob, ToWorker, WeightsBackEnd};
use crate::transfer::step::Input;

use super::event::{Event, Line, RunNumber};
use super::hasher::{HashFact, Hasher};
use super::lane::{Disk, Done, Operation, Order, keys_of};
use super::ports::Ports;
use super::run::{Run, Wish};

/// How long `Stop` waits for the disk before it is answered. What the disk does after that is cleaned up all the same.
const STOP_PATIENCE_MS: u64 = 800;

/// The transfer worker. Clones are the same worker.
pub struct Worker<P: Ports> {
    shared: Rc<Shared<P>>,
}

impl<P: Ports> Clone for Worker<P> {
    fn clone(&self) -> Self {
        Self {
            shared: Rc::clone(&self.shared),
        }
    }
}

struct Shared<P: Ports> {
    ports: P,
    net: Rc<P::Net>,
    disk: Rc<Disk<P>>,
    hasher: P::Hasher,
    back_end: WeightsBackEnd,
    inbox: RefCell<VecDeque<Event<P>>>,
    busy: Cell<bool>,
    state: RefCell<State<P>>,
}

struct State<P: Ports> {
    run: Option<Run<P>>,
    runs: RunNumber,
    generation: u64,
    /// The transfer that only writes its last checkpoint. It says nothing any more.
    leaving: Option<Ticket>,
    /// What begins when that is done.
    next_order: Option<Order>,
    /// A transfer that begins as soon as the disk has been looked at.
    starting: Option<(Ticket, Vec<String>)>,
    lane: VecDeque<Operation>,
    lane_busy: bool,
    /// Stops that wait for the disk.
    stopping: Vec<Ticket>,
}

impl<P: Ports> Worker<P> {
    /// A worker that has not been told anything yet.
    pub fn new(
        ports: P,
        net: P::Net,
        weights: P::Weights,
        records: P::Records,
        hasher: P::Hasher,
        back_end: WeightsBackEnd,
    ) -> Self {
        let shared = Rc::new(Shared {
            ports,
            net: Rc::new(net),
            disk: Rc::new(Disk { weights, records }),
            hasher,
            back_end,
            inbox: RefCell::default(),
            busy: Cell::new(false),
            state: RefCell::new(State {
                run: None,
                runs: 0,
                generation: 0,
                leaving: None,
                next_order: None,
                starting: None,
                lane: VecDeque::new(),
                lane_busy: false,
                stopping: Vec::new(),
            }),
        });
        let listener = Rc::downgrade(&shared);
        shared.hasher.listen(Box::new(move |event| {
            if let Some(shared) = listener.upgrade() {
                shared.post(Event::Hash(event));
            }
        }));
        Self { shared }
    }

    /// Takes a message of the page.
    pub fn handle(&self, message: ToWorker) {
        self.shared.post(Event::Message(message));
    }
}

impl<P: Ports> Shared<P> {
    /// Handles `event`, after those that came before it. A call from within a step only leaves it in the inbox.
    fn post(self: &Rc<Self>, event: Event<P>) {
        self.inbox.borrow_mut().push_back(event);
        if self.busy.replace(true) {
            return;
        }
        loop {
            let next = self.inbox.borrow_mut().pop_front();
            let Some(event) = next else { break };
            self.step(&mut self.state.borrow_mut(), event);
        }
        self.busy.set(false);
    }

    fn step(self: &Rc<Self>, state: &mut State<P>, event: Event<P>) {
        match event {
            Event::Message(message) => self.message(state, message),
            Event::Done(done) => {
                state.lane_busy = false;
                self.done(state, done);
                self.next_operation(state);
            }
            Event::Head(line, head) => {
                let run = state.run.as_mut().filter(|run| run.number == line.run);
                if let Some(head) = run.and_then(|run| run.put_head(line.request, head)) {
                    self.input(state, Input::Head(head));
                }
            }
            Event::Probed(line, reachable) => {
                if current(state, line).is_some() {
                    self.input(state, Input::Probed { reachable });
                }
            }
            Event::Read(line, body, result) => {
                if let Some(run) = current(state, line) {
                    run.put_body(body);
                    let input = match result {
                        Ok(Some(chunk)) => Input::Chunk {
                            len: run.put_chunk(chunk),
                        },
                        Ok(None) => {
                            run.stop_reading();
                            Input::BodyEnded
                        }
                        Err(error) => {
                            run.stop_reading();
                            Input::BodyFailed(error.into())
                        }
                    };
                    self.input(state, input);
                }
            }
            Event::Hash(event) => {
                let Some(run) = &mut state.run else { return };
                match event.fact {
                    HashFact::Consumed(chunk) => {
                        run.consumed(event.generation, chunk);
                        self.pump(state);
                    }
                    HashFact::Saved(midstate) if run.paid(event.generation) => {
                        self.input(state, Input::HashSaved(midstate));
                    }
                    HashFact::Finished(digest) if run.paid(event.generation) => {
                        self.input(state, Input::Hashed(digest));
                    }
                    HashFact::Saved(_) | HashFact::Finished(_) => {}
                }
            }
            Event::Tick(number) => self.tick(state, number),
            Event::StopOverdue(ticket) => {
                self.leave(state, ticket);
                self.settle(state, ticket);
            }
        }
    }

    fn message(self: &Rc<Self>, state: &mut State<P>, message: ToWorker) {
        match message {
            ToWorker::Hello { .. } => {
                let now = self.ports.now().ms;
                self.enqueue(state, Operation::Survey { now });
            }
            ToWorker::Start { ticket, model, files } => {
                let starting = state.starting.as_ref().map(|(ticket, _)| *ticket);
                // One at a time: whoever starts another one has forgotten to stop this.
                if state.leaving.is_none()
                    && let Some(former) = state.run.as_ref().map(Run::ticket).or(starting)
                {
                    self.stop(state, former, true);
                }
                state.starting = Some((ticket, keys_of(&files)));
                let order = Order { ticket, model, files };
                if state.leaving.is_some() {
                    state.next_order = Some(order);
                } else {
                    self.enqueue(state, Operation::Begin(order));
                }
            }
            ToWorker::Stop { ticket, keep } => self.stop(state, ticket, keep),
            ToWorker::Discard { files } => self.discard(state, &files),
            ToWorker::Delete { request, digests } => {
                self.enqueue(state, Operation::Delete { request, digests });
            }
            ToWorker::Online => self.input(state, Input::Online),
            ToWorker::Ping => self.ports.send(FromWorker::Alive),
        }
    }

    /// Ends a transfer: at once, or, where its bytes stay, after a last checkpoint. `Stopped` follows when the disk has
    /// done what was begun.
    fn stop(self: &Rc<Self>, state: &mut State<P>, ticket: Ticket, keep: bool) {
        let starting = state.starting.take_if(|(starting, _)| *starting == ticket);
        let mut keys = starting.map(|(_, keys)| keys).unwrap_or_default();
        let running = state.run.as_ref().is_some_and(|run| run.ticket() == ticket);
        if running && keep {
            state.stopping.push(ticket);
            if state.leaving.is_none() {
                state.leaving = Some(ticket);
                self.input(state, Input::Leave);
            }
        } else {
            if running && let Some(run) = end_run(state) {
                keys = keys_of(run.files());
            }
            if !keep && !keys.is_empty() {
                self.enqueue(state, Operation::Discard { keys });
            }
            state.stopping.push(ticket);
            self.enqueue(state, Operation::Settle(ticket));
            if let Some(order) = state.next_order.take() {
                self.enqueue(state, Operation::Begin(order));
            }
        }
        let overdue = self.ports.sleep(STOP_PATIENCE_MS);
        self.later(async move {
            overdue.await;
            Event::StopOverdue(ticket)
        });
    }

    /// The last checkpoint is written, or has taken too long.
    fn leave(self: &Rc<Self>, state: &mut State<P>, ticket: Ticket) {
        if state.leaving == Some(ticket) {
            end_run(state);
            self.enqueue(state, Operation::Settle(ticket));
            if let Some(order) = state.next_order.take() {
                self.enqueue(state, Operation::Begin(order));
            }
        }
    }

    fn settle(&self, state: &mut State<P>, ticket: Ticket) {
        while let Some(index) = state.stopping.iter().position(|waiting| *waiting == ticket) {
            state.stopping.remove(index);
            self.ports.send(FromWorker::Stopped { ticket });
        }
    }

    /// Removes partial files, except those the running transfer is at.
    fn discard(self: &Rc<Self>, state: &mut State<P>, files: &[ModelFile]) {
        if let Some(ticket) = state.leaving {
            self.leave(state, ticket);
        }
        let running = state
            .run
            .as_ref()
            .map(|run| keys_of(run.files()))
            .unwrap_or_default();
        let mut keys = keys_of(files);
        keys.retain(|key| !running.contains(key));
        if !keys.is_empty() {
            self.enqueue(state, Operation::Discard { keys });
        }
    }

    fn begin(self: &Rc<Self>, state: &mut State<P>, order: Order, blobs: Vec<StoredBlob>) {
        if state
            .starting
            .take_if(|(starting, _)| *starting == order.ticket)
            .is_none()
        {
            return;
        }
        state.runs += 1;
        let now = self.ports.now();
        let (job, effects) = Job::start(
            order.ticket,
            order.model,
            order.files,
            blobs,
            self.ports.part_sizes(),
            now,
        );
        let mut run = Run::new(state.runs, job, state.generation);
        let wishes = run.begin(effects, now, self.net.as_ref(), &self.hasher);
        state.run = Some(run);
        self.grant(state, wishes);
        self.arm_tick(state);
    }

    fn arm_tick(self: &Rc<Self>, state: &State<P>) {
        if let Some(run) = &state.run {
            let (number, pause) = (run.number, self.ports.sleep(TICK_MS));
            self.later(async move {
                pause.await;
                Event::Tick(number)
            });
        }
    }

    fn tick(self: &Rc<Self>, state: &mut State<P>, number: RunNumber) {
        let Some(run) = state.run.as_mut().filter(|run| run.number == number) else {
            return;
        };
        let lost = run.hasher_is_lost(&self.hasher);
        let reading = run.is_reading();
        if lost {
            self.input(state, Input::HashLost);
        }
        self.input(state, Input::Tick { reading });
        self.arm_tick(state);
    }

    fn input(self: &Rc<Self>, state: &mut State<P>, input: Input) {
        if let Some(run) = &mut state.run {
            let wishes = run.step(input, self.ports.now(), self.net.as_ref(), &self.hasher);
            self.grant(state, wishes);
        }
    }

    /// Reads on, now that the hasher has caught up.
    fn pump(self: &Rc<Self>, state: &mut State<P>) {
        let wish = state.run.as_mut().and_then(Run::next_read);
        self.grant(state, wish);
    }

    fn grant(self: &Rc<Self>, state: &mut State<P>, wishes: impl IntoIterator<Item = Wish<P>>) {
        let Some(run) = state.run.as_ref().map(|run| run.number) else {
            return;
        };
        for wish in wishes {
            match wish {
                Wish::Lane(operation) => self.enqueue(state, Operation::OfRun(run, operation)),
                Wish::Request {
                    number,
                    url,
                    from,
                    end,
                    abort,
                } => {
                    let net = Rc::clone(&self.net);
                    self.later(async move {
                        let answer = net.get(&url, from, end, &abort).await;
                        Event::Head(Line { run, request: number }, answer)
                    });
                }
                Wish::Probe { number, url } => {
                    let net = Rc::clone(&self.net);
                    self.later(async move {
                        let reachable = net.probe(&url).await;
                        Event::Probed(Line { run, request: number }, reachable)
                    });
                }
                Wish::Read {
                    number,
                    mut body,
                    spare,
                } => self.later(async move {
                    let result = body.read(spare).await;
                    Event::Read(Line { run, request: number }, body, result)
                }),
                Wish::Send(message) if state.leaving.is_none() => self.ports.send(message),
                Wish::Send(_) => {}
                Wish::Left | Wish::End => match state.leaving {
                    Some(ticket) => self.leave(state, ticket),
                    None => drop(end_run(state)),
                },
            }
        }
    }

    fn enqueue(self: &Rc<Self>, state: &mut State<P>, operation: Operation) {
        state.lane.push_back(operation);
        self.next_operation(state);
    }

    fn next_operation(self: &Rc<Self>, state: &mut State<P>) {
        if state.lane_busy {
            return;
        }
        let run = state.run.as_ref().map(|run| run.number);
        while let Some(operation) = state.lane.pop_front() {
            if matches!(&operation, Operation::OfRun(number, _) if Some(*number) != run) {
                continue;
            }
            state.lane_busy = true;
            let disk = Rc::clone(&self.disk);
            self.later(async move { Event::Done(disk.perform(operation).await) });
            return;
        }
    }

    fn done(self: &Rc<Self>, state: &mut State<P>, done: Done<P>) {
        match done {
            Done::OfRun(number, input, ingest) => match (&mut state.run, ingest) {
                (Some(run), ingest) if run.number == number => {
                    if let Some(ingest) = ingest {
                        run.hold(ingest);
                    }
                    self.input(state, input);
                }
                (_, Some(late)) => late.close(),
                (_, None) => {}
            },
            Done::Surveyed { blobs, survey } => {
                let partials = survey.partials.clone();
                self.ports.send(FromWorker::Ready {
                    weights: self.back_end,
                    blobs,
                    partials,
                });
                // Asked for a second time, in the middle of a transfer, everything may be in use.
                if state.run.is_none() {
                    self.enqueue(state, Operation::Sweep(survey));
                }
            }
            Done::CanBegin(order, blobs) => self.begin(state, order, blobs),
            Done::Deleted {
                request,
                digests,
                freed_bytes,
                failure,
            } => {
                self.ports.send(FromWorker::Deleted {
                    request,
                    digests,
                    freed_bytes,
                    failure,
                });
            }
            Done::Settled(ticket) => self.settle(state, ticket),
            Done::Swept => {}
        }
    }

    /// Runs a task and takes what it gives as an event, unless the worker is gone by then.
    fn later(self: &Rc<Self>, task: impl Future<Output = Event<P>> + 'static) {
        let shared = Rc::downgrade(self);
        self.ports.spawn(async move {
            let event = task.await;
            if let Some(shared) = shared.upgrade() {
                shared.post(event);
            }
        });
    }
}

/// Lets go of the run.
fn end_run<P: Ports>(state: &mut State<P>) -> Option<Run<P>> {
    state.leaving = None;
    let mut run = state.run.take()?;
    run.hang_up();
    run.close();
    state.generation = run.generation();
    Some(run)
}

/// The run a request's event belongs to, if it is still the one in use.
fn current<P: Ports>(state: &mut State<P>, line: Line) -> Option<&mut Run<P>> {
    state
        .run
        .as_mut()
        .filter(|run| run.number == line.run && run.is_current(line.request))
}
