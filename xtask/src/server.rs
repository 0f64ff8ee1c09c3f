//! A server as a child process: started, waited for, stopped with us.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::process;

/// How long a server may take until it serves. A cold start on a busy machine takes some seconds.
const START: Duration = Duration::from_mins(1);

/// How long a server may take to end what it started itself.
const STOP: Duration = Duration::from_secs(10);

/// Where a server's words go.
#[derive(Debug)]
pub(crate) enum Output {
    /// To this terminal.
    Terminal,
    /// To `<directory>/<name>.log`.
    Logs(PathBuf),
}

/// A running server. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct Server {
    name: &'static str,
    child: Child,
    port: u16,
}

impl Server {
    /// Starts a server and returns when it accepts connections.
    ///
    /// # Errors
    /// When the port is taken, or the server cannot be started, ends, or does not listen in time.
    pub(crate) fn start(name: &'static str, command: Command, port: u16, output: &Output) -> Result<Self> {
        Self::start_and_ask(name, command, port, output, || accepts(port))
    }

    /// Starts a server and returns when it is ready, which `is_ready` finds out by asking it.
    ///
    /// # Errors
    /// When the port is taken, or the server cannot be started, ends, or is not ready in time.
    pub(crate) fn start_and_ask(
        name: &'static str,
        mut command: Command,
        port: u16,
        output: &Output,
        is_ready: impl Fn() -> bool,
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
        while !is_ready() {
            server.check()?;
            if start.elapsed() > START {
                bail!(
                    "`{program}` for the {name} does not serve on port {port} after {} s",
                    START.as_secs()
                );
            }
            sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// The address, without a slash at its end.
    pub(crate) fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The port it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Fails when the server has ended.
    ///
    /// # Errors
    /// When it has.
    pub(crate) fn check(&mut self) -> Result<()> {
        match self
            .child
            .try_wait()
            .with_context(|| format!("cannot ask for the server of the {}", self.name))?
        {
            Some(status) => bail!("the server of the {} ended with {status}", self.name),
            None => Ok(()),
        }
    }

    /// Asks the server to end, so that it ends what it started itself; whether it did.
    fn has_ended_when_asked(&mut self) -> bool {
        let mut kill = process::command("kill");
        kill.args(["-TERM", &self.child.id().to_string()]);
        if process::answer(&mut kill).is_none() {
            return false;
        }
        let start = Instant::now();
        while start.elapsed() < STOP {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return true;
            }
            sleep(Duration::from_millis(10));
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to stop.
        if matches!(self.child.try_wait(), Ok(None)) && !self.has_ended_when_asked() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// A port nobody uses at the moment.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("localhost", 0)).context("there is no free port")?;
    Ok(listener.local_addr()?.port())
}

/// The port after another one, where a page that is told nothing looks for its models, or else any that is free.
pub(crate) fn port_after(port: u16) -> Result<u16> {
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

    #[test]
    #[cfg(unix)]
    fn a_server_ends_what_it_started_before_it_is_stopped() {
        let place = std::env::temp_dir().join(format!("modelyard-ended-{}", std::process::id()));
        let started = place.with_extension("started");
        let _ = fs::remove_file(&place);
        let _ = fs::remove_file(&started);
        let mut command = Command::new("sh");
        let (ended, ready) = (place.display(), started.display());
        let script =
            format!("trap 'touch {ended}; exit 0' TERM; touch {ready}; while :; do sleep 0.05; done");
        command.args(["-c", &script]);
        let is_ready = || started.exists();
        let server =
            Server::start_and_ask("test", command, free_port().unwrap(), &Output::Terminal, is_ready);
        drop(server.unwrap());
        assert!(place.exists(), "the server was not asked");
        let _ = (fs::remove_file(&place), fs::remove_file(&started));
    }
}
