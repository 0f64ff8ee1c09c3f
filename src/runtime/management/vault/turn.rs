//! One after the other: what changes keys waits for its turn.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use super::super::slot::Slot;

#[derive(Default)]
struct Line {
    busy: Cell<bool>,
    waiting: RefCell<VecDeque<Slot<()>>>,
}

/// Whose turn it is.
#[derive(Default)]
pub(super) struct Turn {
    line: Rc<Line>,
}

/// Dropping it gives the turn to the next.
pub(super) struct MyTurn {
    line: Rc<Line>,
}

impl Turn {
    /// Waits until all who came before are done.
    pub(super) async fn take(&self) -> MyTurn {
        if self.line.busy.replace(true) {
            let slot = Slot::new();
            self.line.waiting.borrow_mut().push_back(slot.clone());
            slot.take().await;
        }
        MyTurn {
            line: Rc::clone(&self.line),
        }
    }
}

impl Drop for MyTurn {
    fn drop(&mut self) {
        let next = self.line.waiting.borrow_mut().pop_front();
        match next {
            Some(next) => next.put(()),
            None => self.line.busy.set(false),
        }
    }
}
