//! `modelyard-testserver`: the scriptable server as a program.

use std::io::Write;
use std::process::ExitCode;

use modelyard_testserver::{Config, Mount, Server};

const USAGE: &str = "usage: modelyard-testserver [OPTION]...
  --port N                 listen on 127.0.0.1:N; 0 (the default) takes a free port; give it again for more origins
  --dir DIR                serve the files of DIR
  --mount /PREFIX=DIR      serve the files of DIR under /PREFIX; may be given again
  --bandwidth BYTES_PER_S  limit the speed of every answer; /PREFIX=BYTES_PER_S limits paths that start so
  --cache-control VALUE    Cache-Control of files, 'public, max-age=3600' by default
  --isolated               send the headers that make pages cross-origin isolated
  --keep-alive             keep connections open after an answer
Prints one line 'listening http://127.0.0.1:PORT' for each port, and runs until it is ended.";

fn main() -> ExitCode {
    let config = match parse(std::env::args().skip(1)) {
        Ok(Some(config)) => config,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let server = match Server::start(config) {
        Ok(server) => server,
        Err(error) => {
            eprintln!("cannot listen: {error}");
            return ExitCode::FAILURE;
        }
    };
    for origin in server.origins() {
        println!("listening {origin}");
    }
    let _ = std::io::stdout().flush();
    loop {
        std::thread::park();
    }
}

fn parse(arguments: impl Iterator<Item = String>) -> Result<Option<Config>, String> {
    let mut config = Config {
        ports: Vec::new(),
        ..Config::default()
    };
    let mut arguments = arguments;
    while let Some(option) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{option} needs a value"));
        match option.as_str() {
            "--port" => config.ports.push(number(&value()?)?),
            "--dir" => config.mounts.push(Mount {
                prefix: "/".into(),
                directory: value()?.into(),
            }),
            "--mount" => {
                let text = value()?;
                let (prefix, directory) = text
                    .split_once('=')
                    .filter(|(prefix, _)| prefix.starts_with('/'))
                    .ok_or("--mount takes /PREFIX=DIR")?;
                config.mounts.push(Mount {
                    prefix: prefix.into(),
                    directory: directory.into(),
                });
            }
            "--bandwidth" => {
                let text = value()?;
                let (prefix, rate) = text.split_once('=').unwrap_or(("/", &text));
                config.bandwidth.push((prefix.into(), number(rate)?));
            }
            "--cache-control" => config.cache_control = value()?,
            "--isolated" => config.isolated = true,
            "--keep-alive" => config.keep_alive = true,
            "--help" | "-h" => return Ok(None),
            _ => return Err(format!("unknown option {option}")),
        }
    }
    if config.ports.is_empty() {
        config.ports.push(0);
    }
    Ok(Some(config))
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("{text} is not a number that fits here"))
}
