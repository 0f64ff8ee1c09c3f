//! The program itself.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_modelyard-testserver");

#[test]
fn the_program_says_where_it_listens_and_serves_a_directory() {
    let directory = env!("CARGO_MANIFEST_DIR");
    let mount = format!("/crate={directory}/src");
    let mut child = Command::new(PROGRAM)
        .args([
            "--port", "0", "--port", "0", "--dir", directory, "--mount", &mount,
        ])
        .args(["--bandwidth", "/slow/=1000", "--cache-control", "no-store"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for path in ["/Cargo.toml", "/crate/main.rs"] {
        let line = lines.next().unwrap().unwrap();
        let address = line.strip_prefix("listening http://").unwrap();
        assert!(address.starts_with("127.0.0.1:"));
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("\r\nCache-Control: no-store\r\n"));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn an_option_it_does_not_know_is_named() {
    let output = Command::new(PROGRAM).args(["--prot", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("unknown option --prot\nusage: "));
}
