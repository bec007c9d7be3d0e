//! Arguments in, window or command out.

use std::process::ExitCode;

fn main() -> ExitCode {
    vignette::cli::main(std::env::args_os())
}
