//! A server as a child process: started, waited for, stopped with us.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// How long a server may take until it listens. A cold start on a busy machine takes some seconds.
const START: Duration = Duration::from_mins(1);

/// Where a server's words go.
#[derive(Debug)]
pub(super) enum Output {
    /// To this terminal.
    Terminal,
    /// To `<directory>/<name>.log`.
    Logs(PathBuf),
}

/// A running server. Dropping it stops it.
#[derive(Debug)]
pub(super) struct Server {
    name: &'static str,
    child: Child,
    port: u16,
}

impl Server {
    /// Starts a server and returns when it accepts connections.
    ///
    /// # Errors
    /// When the port is taken, or the server cannot be started, ends, or does not listen in time.
    pub(super) fn start(
        name: &'static str,
        mut command: Command,
        port: u16,
        output: &Output,
    ) -> Result<Self> {
        // Asked before: a foreign server on this port would look like ours.
        if accepts(port) {
            bail!("port {port} is taken; choose another one with --port");
        }
        command.stdin(Stdio::null());
        if let Output::Logs(directory) = output {
            let log = create_log(directory, name)?;
            command.stdout(log.try_clone()?).stderr(log);
        }
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command
            .spawn()
            .with_context(|| format!("cannot start `{program}` for the {name}"))?;
        let mut server = Self { name, child, port };
        let start = Instant::now();
        while !accepts(port) {
            server.check()?;
            if start.elapsed() > START {
                bail!(
                    "`{program}` for the {name} does not listen on port {port} after {} s",
                    START.as_secs()
                );
            }
            sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// The address, without a slash at its end.
    pub(super) fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Fails when the server has ended.
    ///
    /// # Errors
    /// When it has.
    pub(super) fn check(&mut self) -> Result<()> {
        match self
            .child
            .try_wait()
            .with_context(|| format!("cannot ask for the server of the {}", self.name))?
        {
            Some(status) => bail!("the server of the {} ended with {status}", self.name),
            None => Ok(()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to stop.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port nobody uses at the moment.
pub(super) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("localhost", 0)).context("there is no free port")?;
    Ok(listener.local_addr()?.port())
}

/// The port after another one, where a page that is told nothing looks for its models, or else any that is free.
pub(super) fn port_after(port: u16) -> Result<u16> {
    let next = port
        .checked_add(1)
        .filter(|next| TcpListener::bind(("localhost", *next)).is_ok());
    next.map_or_else(free_port, Ok)
}

/// `localhost` may mean either family, and a server may listen on one alone: both are tried.
fn accepts(port: u16) -> bool {
    TcpStream::connect(("localhost", port)).is_ok()
}

fn create_log(directory: &Path, name: &str) -> Result<File> {
    fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.display()))?;
    let path = directory.join(format!("{name}.log"));
    File::create(&path).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_ends_is_reported_instead_of_waited_for() {
        let output = Output::Logs(std::env::temp_dir().join("modelyard-server-test"));
        let error = Server::start("test", Command::new("false"), free_port().unwrap(), &output).unwrap_err();
        assert!(error.to_string().contains("ended with"), "{error}");
    }

    #[test]
    fn a_taken_port_is_reported_before_anything_starts() {
        let listener = TcpListener::bind(("localhost", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let error = Server::start("test", Command::new("false"), port, &Output::Terminal).unwrap_err();
        assert!(error.to_string().contains("is taken"), "{error}");
    }
}
