//! What every back end of a port has to do, as functions generic over the port. A test file names a back end and
//! gets one test for each line of the contract.
#![allow(dead_code, unreachable_pub, reason = "no test file uses all of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

pub mod crypto;
pub mod records;
#[cfg(not(target_arch = "wasm32"))]
pub mod rust_crypto;
pub mod weights;

/// Runs a future that never waits for anything outside: all that memory needs.
#[cfg(not(target_arch = "wasm32"))]
pub fn run<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("memory has nothing to wait for"),
    }
}
