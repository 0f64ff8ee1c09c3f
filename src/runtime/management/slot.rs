//! A place where one value is put that somebody waits for.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// Clones are the same place.
pub(super) struct Slot<T> {
    state: Rc<RefCell<(Option<T>, Option<Waker>)>>,
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self {
            state: Rc::clone(&self.state),
        }
    }
}

impl<T> Slot<T> {
    pub(super) fn new() -> Self {
        Self {
            state: Rc::new(RefCell::new((None, None))),
        }
    }

    /// Puts the value there.
    pub(super) fn put(&self, value: T) {
        let waker = {
            let mut state = self.state.borrow_mut();
            state.0 = Some(value);
            state.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Waits for it.
    pub(super) async fn take(&self) -> T {
        poll_fn(|context| {
            let mut state = self.state.borrow_mut();
            if let Some(value) = state.0.take() {
                return Poll::Ready(value);
            }
            state.1 = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }
}
