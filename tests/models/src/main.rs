//! `modelyard-demo-models OUT_DIR`: writes the three demo models, their manifest and their replies.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(directory), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: modelyard-demo-models OUT_DIR");
        return ExitCode::from(2);
    };
    match modelyard_demo_models::write_demo(Path::new(&directory)) {
        Ok(manifest) => {
            for file in manifest.models.iter().flat_map(|model| &model.files) {
                println!("{} {} {}", file.name, file.size_bytes, file.sha256);
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!(
                "cannot write the models to {}: {error}",
                Path::new(&directory).display()
            );
            ExitCode::FAILURE
        }
    }
}
