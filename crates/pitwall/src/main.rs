//! `pitwall`: see `pitwall --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    // First of all: the child that starts PostgreSQL gives up root, which has to happen on a single thread.
    if let Some(code) = pitwall::embedded::run_if_asked() {
        return code;
    }
    pitwall::main()
}
