//! Writing an answer to the socket: the faults happen here.
//!
//! In order: faults at the start; the head; the body in slices that end where a fault is due, each followed by a
//! note in the log, a look at orders from outside and, if the speed is limited, a wait; faults at the end. Waiting
//! always watches three things: the clock, an order, and whether the client has gone.

use std::io::{self, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant, SystemTime};

use crate::content::{Reader, clamp};
use crate::journal::Ending;
use crate::ollama::lines::Line;
use crate::pace::{Pacer, slice};
use crate::plan::{Piece, Plan, reason};
use crate::request::is_pause;
use crate::script::{At, Do, Fault, Place, Step};
use crate::state::{Order, Shared};

/// How often a waiting answer looks whether its client is still there.
const GLANCE: Duration = Duration::from_millis(10);

/// The place of a fault: before the head, or after so many bytes of body.
type Due = (Option<u64>, Do);

/// An answer being written.
pub(crate) struct Sender<'a> {
    pub(crate) stream: &'a TcpStream,
    pub(crate) shared: &'a Shared,
    pub(crate) id: u64,
    pub(crate) path: &'a str,
    pub(crate) step: &'a Step,
    /// What goes wrong on the wire: what the step says, and perhaps more.
    pub(crate) faults: &'a [Fault],
    /// The prefix of the stand-in that answers.
    pub(crate) stand_in: Option<&'a str>,
}

impl Sender<'_> {
    /// Writes the whole answer, or as much of it as the script allows; `head_only` for `HEAD`.
    pub(crate) fn send(&self, plan: &Plan, mut reader: Option<Reader>, head_only: bool) -> Ending {
        match self.try_send(plan, reader.as_mut(), head_only) {
            Ok(()) => Ending::Complete,
            Err(ending) => ending,
        }
    }

    fn try_send(&self, plan: &Plan, reader: Option<&mut Reader>, head_only: bool) -> Result<(), Ending> {
        let total = if plan.endless { u64::MAX } else { plan.body_len() };
        let mut faults = due(self.faults, total).into_iter().peekable();
        while let Some((_, what)) = faults.next_if(|(at, _)| at.is_none()) {
            self.strike(what)?;
        }
        self.shared.note(self.id, |entry| {
            entry.status = plan.status;
            entry.body_bytes = plan.body_len();
        });
        self.write(&plan.headers.head(plan.status, reason(plan.status)), false)?;
        if head_only {
            return Ok(());
        }
        let mut body = Body {
            plan,
            reader,
            flip: &self.step.flip,
            buffer: Vec::new(),
        };
        let mut pacer = Pacer::new(Instant::now());
        let mut next_line = Instant::now();
        let mut position = 0;
        loop {
            while let Some((_, what)) = faults.next_if(|(at, _)| *at == Some(position)) {
                self.strike(what)?;
            }
            if position == total {
                break;
            }
            self.pace(&mut pacer)?;
            if let Some(line) = body.line_at(position) {
                // The first one goes out at once.
                if position > 0 {
                    // Time in which nothing could be sent is not made up for by a burst.
                    next_line = (next_line + plan.every).max(Instant::now());
                    self.wait_until(next_line)?;
                }
                if let (Some(prefix), Some(happening)) = (self.stand_in, &line.then) {
                    self.shared
                        .change(|inner| inner.ollamas.happen(prefix, happening));
                }
            }
            let next_fault = faults.peek().and_then(|(at, _)| *at).unwrap_or(u64::MAX);
            let most = slice(self.limit()).min(self.step.slice.unwrap_or(u64::MAX).max(1));
            let count = most.min(next_fault - position).min(total - position);
            let bytes = body.slice(position, count).map_err(|_| Ending::Cut)?;
            let written = bytes.len() as u64;
            if plan.chunked {
                let mut chunk = format!("{written:x}\r\n").into_bytes();
                chunk.extend_from_slice(bytes);
                chunk.extend_from_slice(b"\r\n");
                self.write(&chunk, false)?;
                self.shared.note(self.id, |entry| entry.bytes_sent += written);
            } else {
                self.write(bytes, true)?;
            }
            position += written;
            pacer.wrote(written, Instant::now());
        }
        if plan.chunked {
            self.write(b"0\r\n\r\n", false)
        } else {
            Ok(())
        }
    }

    fn limit(&self) -> Option<u64> {
        self.step
            .bandwidth
            .or(self.shared.signal(self.id, self.path).limit)
    }

    /// Writes all of it, however slowly the client reads; `counted` bytes are body.
    fn write(&self, mut bytes: &[u8], counted: bool) -> Result<(), Ending> {
        let mut stream = self.stream;
        while !bytes.is_empty() {
            match stream.write(bytes) {
                Ok(0) => return Err(Ending::Aborted),
                Ok(count) => {
                    bytes = &bytes[count..];
                    if counted {
                        self.shared
                            .note(self.id, |entry| entry.bytes_sent += count as u64);
                    }
                }
                Err(error) if is_pause(&error) => {}
                Err(_) => return Err(Ending::Aborted),
            }
            self.obey()?;
        }
        Ok(())
    }

    /// Ends the answer if someone outside said so.
    fn obey(&self) -> Result<(), Ending> {
        match self.shared.signal(self.id, self.path).order {
            Some(Order::End(what)) => self.strike(what),
            // Meant for a stall that is still to come, or just over.
            Some(Order::Continue) | None => Ok(()),
        }
    }

    fn strike(&self, what: Do) -> Result<(), Ending> {
        match what {
            Do::Fin => Err(Ending::Cut),
            Do::Reset => Err(Ending::Reset),
            Do::Stall => {
                self.shared.obeyed(self.id);
                self.shared.note(self.id, |entry| entry.stalled = true);
                let released = self.wait(|| match self.shared.signal(self.id, self.path).order {
                    Some(Order::Continue) => Some(Ok(())),
                    Some(Order::End(Do::Fin)) => Some(Err(Ending::Cut)),
                    Some(Order::End(Do::Reset)) => Some(Err(Ending::Reset)),
                    Some(Order::End(Do::Stall)) | None => None,
                });
                self.shared.obeyed(self.id);
                self.shared.note(self.id, |entry| entry.stalled = false);
                released
            }
        }
    }

    /// Waits until the next write is due at the speed of the moment.
    fn pace(&self, pacer: &mut Pacer) -> Result<(), Ending> {
        if Instant::now() < pacer.due(self.limit()) {
            self.wait(|| {
                if let Err(ending) = self.obey() {
                    return Some(Err(ending));
                }
                (Instant::now() >= pacer.due(self.limit())).then_some(Ok(()))
            })?;
        }
        pacer.settle(self.limit());
        Ok(())
    }

    /// Waits for a moment, or for an order.
    fn wait_until(&self, moment: Instant) -> Result<(), Ending> {
        while Instant::now() < moment {
            self.obey()?;
            if is_gone(self.stream) {
                return Err(Ending::Aborted);
            }
            self.shared
                .doze(GLANCE.min(moment.saturating_duration_since(Instant::now())));
        }
        Ok(())
    }

    fn wait(&self, mut over: impl FnMut() -> Option<Result<(), Ending>>) -> Result<(), Ending> {
        loop {
            if let Some(result) = over() {
                return result;
            }
            if is_gone(self.stream) {
                return Err(Ending::Aborted);
            }
            self.shared.doze(GLANCE);
        }
    }
}

/// Whether the client has ended or lost the connection. A client that only closes its sending side counts as gone.
fn is_gone(stream: &TcpStream) -> bool {
    if stream.set_nonblocking(true).is_err() {
        return true;
    }
    let gone = match stream.peek(&mut [0]) {
        Ok(count) => count == 0,
        Err(error) => !is_pause(&error),
    };
    stream.set_nonblocking(false).is_err() || gone
}

/// The faults in the order in which they are met, their places made absolute.
fn due(faults: &[Fault], total: u64) -> Vec<Due> {
    let place = |at: At| match at {
        At::Place(Place::Start) => None,
        At::Place(Place::End) => Some(total),
        At::Byte(count) if count < 0 => Some(total.saturating_sub(count.unsigned_abs())),
        At::Byte(count) => Some(count.unsigned_abs()),
    };
    let mut due: Vec<Due> = faults.iter().map(|fault| (place(fault.at), fault.what)).collect();
    // Stable: what is told for the same place happens in the order told.
    due.sort_by_key(|(at, _)| *at);
    due
}

/// The body of a plan as one run of bytes.
struct Body<'a, 'b, 'c> {
    plan: &'a Plan,
    reader: Option<&'a mut Reader<'b>>,
    flip: &'c [u64],
    buffer: Vec<u8>,
}

impl<'a> Body<'a, '_, '_> {
    /// Bytes at `position`, at least one and at most `count`.
    fn slice(&mut self, position: u64, count: u64) -> io::Result<&[u8]> {
        if let Some((piece, inside)) = self.piece_at(position) {
            let count = clamp(count.min(piece.len() - inside), usize::MAX);
            match piece {
                Piece::Bytes(bytes) => {
                    let start = clamp(inside, usize::MAX);
                    return Ok(&bytes[start..start + count]);
                }
                Piece::File { start, .. } => return self.file_slice(start + inside, count),
                Piece::Line(line) => {
                    if inside == 0 {
                        self.buffer = line.render(SystemTime::now());
                    }
                    let start = clamp(inside, usize::MAX);
                    return Ok(&self.buffer[start..start + count]);
                }
            }
        }
        Err(io::ErrorKind::UnexpectedEof.into())
    }

    /// The piece that holds a place, and the place within it.
    fn piece_at(&self, position: u64) -> Option<(&'a Piece, u64)> {
        let total = self.plan.body_len();
        let mut inside = position;
        if position >= total {
            let last = self.plan.body.last().filter(|_| self.plan.endless)?;
            return Some((last, (position - total) % last.len().max(1)));
        }
        for piece in &self.plan.body {
            if inside < piece.len() {
                return Some((piece, inside));
            }
            inside -= piece.len();
        }
        None
    }

    /// The line that begins at a place.
    fn line_at(&self, position: u64) -> Option<&'a Line> {
        match self.piece_at(position)? {
            (Piece::Line(line), 0) => Some(line),
            _ => None,
        }
    }

    fn file_slice(&mut self, offset: u64, count: usize) -> io::Result<&[u8]> {
        let reader = self.reader.as_mut().ok_or(io::ErrorKind::NotFound)?;
        let end = offset + count as u64;
        let flips = self.flip.iter().filter(|place| (offset..end).contains(place));
        if flips.clone().next().is_none()
            && let Some(bytes) = reader.borrow(offset, count)
        {
            return Ok(bytes);
        }
        self.buffer.resize(count, 0);
        reader.read_at(offset, &mut self.buffer)?;
        for place in flips {
            self.buffer[clamp(place - offset, usize::MAX)] ^= 1;
        }
        Ok(&self.buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_met_in_the_order_of_their_places() {
        let fault = |at, what| Fault { at, what };
        let faults = [
            fault(At::Place(Place::End), Do::Reset),
            fault(At::Byte(-1), Do::Fin),
            fault(At::Byte(0), Do::Stall),
            fault(At::Place(Place::Start), Do::Stall),
        ];
        let expected = [
            (None, Do::Stall),
            (Some(0), Do::Stall),
            (Some(9), Do::Fin),
            (Some(10), Do::Reset),
        ];
        assert_eq!(due(&faults, 10), expected);
    }
}
