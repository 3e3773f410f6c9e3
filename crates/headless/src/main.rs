//! The command line: runs the device without a window, or talks to one that runs.

use std::process::ExitCode;

fn main() -> ExitCode {
    chaperone_headless::main()
}
