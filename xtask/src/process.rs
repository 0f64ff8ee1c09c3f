//! Child processes: started with a person's environment, echoed, and checked.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::{Context as _, Result, bail};

/// A command with the environment of the shell that called `cargo xtask`.
///
/// `cargo run` adds variables of its own: the package's, the compiler's and a library path that leads into the
/// toolchain this program was built with. Children may use another toolchain, so none of it is passed on. The
/// directory where `cargo install` puts programs is made findable, also for a shell that has not heard of it yet.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let from_cargo_run = text == "CARGO"
            || text == "CARGO_PRIMARY_PACKAGE"
            || ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
                .iter()
                .any(|prefix| text.starts_with(prefix));
        if from_cargo_run {
            command.env_remove(&name);
        }
    }
    match library_path_without_cargo_run() {
        Some(path) => command.env("LD_LIBRARY_PATH", path),
        None => command.env_remove("LD_LIBRARY_PATH"),
    };
    command.env("PATH", search_path());
    command
}

/// Runs a command with its output on this terminal.
///
/// # Errors
/// When it cannot be started or ends with a failure; the message repeats the command line.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = command_line(command);
    eprintln!("  $ {line}");
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// Runs a command whose many words only matter when it fails; they go to a file, and the error has the last of them.
///
/// # Errors
/// As [`run`], or when the file cannot be written.
pub(crate) fn run_with_log(command: &mut Command, log: &Path) -> Result<()> {
    if let Some(parent) = log.parent() {
        fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    }
    let file = fs::File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    command.stdout(file.try_clone()?).stderr(file);
    run(command).with_context(|| {
        let text = fs::read_to_string(log).unwrap_or_default();
        let last = text
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default();
        format!("{} (all of it in {})", last.trim(), log.display())
    })
}

/// Runs a command and returns what it wrote to its standard output; errors go to this terminal.
///
/// # Errors
/// When it cannot be started, fails, or writes something that is not UTF-8.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let line = command_line(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` ended with {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` wrote something that is not text"))
}

/// What a command writes to its standard output, if it works: for questions whose answer may be "no".
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The file a program name stands for on the search path of children.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    env::split_paths(&search_path())
        .map(|directory| directory.join(name))
        .find(|file| file.is_file())
}

/// The first of several program names that exists.
pub(crate) fn find_any_program(names: &[&str]) -> Option<PathBuf> {
    names.iter().find_map(|name| find_program(name))
}

/// Where cargo keeps what it downloads.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    home.or_else(|| env::home_dir().map(|home| home.join(".cargo")))
}

/// Where `cargo install` puts programs.
pub(crate) fn cargo_bin_directory() -> Option<PathBuf> {
    let root = env::var_os("CARGO_INSTALL_ROOT").map(PathBuf::from);
    root.or_else(cargo_home).map(|root| root.join("bin"))
}

fn search_path() -> std::ffi::OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let Some(cargo_bin) = cargo_bin_directory() else {
        return path;
    };
    if env::split_paths(&path).any(|directory| directory == cargo_bin) {
        return path;
    }
    let directories = std::iter::once(cargo_bin).chain(env::split_paths(&path));
    env::join_paths(directories).unwrap_or(path)
}

fn library_path_without_cargo_run() -> Option<std::ffi::OsString> {
    let path = env::var_os("LD_LIBRARY_PATH")?;
    let sysroot =
        env::var_os("CARGO").and_then(|cargo| Path::new(&cargo).parent()?.parent().map(Path::to_owned));
    let own_directory = env::current_exe()
        .ok()
        .and_then(|exe| exe.parent().map(Path::to_owned));
    let foreign = |directory: &PathBuf| {
        [&sysroot, &own_directory]
            .into_iter()
            .flatten()
            .all(|inner| !directory.starts_with(inner))
    };
    let kept: Vec<_> = env::split_paths(&path).filter(foreign).collect();
    if kept.is_empty() {
        None
    } else {
        env::join_paths(kept).ok()
    }
}

/// The command as one would type it, without the environment.
fn command_line(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        if argument.is_empty() || argument.contains([' ', '*', '\'', '"']) {
            let _ = write!(line, " '{argument}'");
        } else {
            let _ = write!(line, " {argument}");
        }
    }
    line
}

/// Whether this process may write system directories. The owner of its own `/proc` entry is the effective user.
pub(crate) fn is_root() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if let Ok(metadata) = fs::metadata("/proc/self") {
            return metadata.uid() == 0;
        }
    }
    answer(command("id").arg("-u")).is_some_and(|id| id == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_quotes_what_a_shell_would_split_or_expand() {
        let mut command = Command::new("wasm-pack");
        command.args(["test", "--test", "browser*", ""]);
        assert_eq!(command_line(&command), "wasm-pack test --test 'browser*' ''");
    }

    #[test]
    fn a_child_does_not_see_the_variables_of_cargo_run() {
        let environment = capture(&mut command("env")).unwrap();
        let leaked = environment
            .lines()
            .find(|line| line.starts_with("CARGO_PKG_") || line.starts_with("CARGO="));
        assert_eq!(leaked, None);
    }

    #[test]
    fn a_failing_command_names_its_command_line() {
        let error = run(Command::new("false").arg("--with").arg("an argument")).unwrap_err();
        assert!(
            error.to_string().contains("`false --with 'an argument'`"),
            "{error}"
        );
    }
}
