//! Waiting until the other side has what was written.
//!
//! A reset throws away what still lies in the send queue. For "reset after N bytes" to mean N bytes, the queue
//! has to be empty first. Linux tells the length of the queue of each socket in a file; where there is no such
//! file the reset simply follows at once, and fewer bytes may arrive.

use std::net::{IpAddr, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Waits until everything written is acknowledged, the client is too slow, or nothing can be known.
pub(crate) fn drain(stream: &TcpStream, patience: Duration) {
    let deadline = Instant::now() + patience;
    while queued(stream).is_some_and(|bytes| bytes > 0) && Instant::now() < deadline {
        sleep(Duration::from_millis(1));
    }
}

/// Bytes written and not yet acknowledged.
fn queued(stream: &TcpStream) -> Option<u64> {
    let (local, peer) = (stream.local_addr().ok()?, stream.peer_addr().ok()?);
    let key = |address: std::net::SocketAddr| match address.ip() {
        IpAddr::V4(ip) => Some(format!(
            "{:08X}:{:04X}",
            u32::from_le_bytes(ip.octets()),
            address.port()
        )),
        IpAddr::V6(_) => None,
    };
    let (local, peer) = (key(local)?, key(peer)?);
    let table = std::fs::read_to_string("/proc/net/tcp").ok()?;
    table.lines().find_map(|line| {
        // "sl local remote state tx:rx ..."
        let mut columns = line.split_whitespace().skip(1);
        if columns.next()? != local || columns.next()? != peer {
            return None;
        }
        u64::from_str_radix(columns.nth(1)?.split(':').next()?, 16).ok()
    })
}
