//! `pitwall completions`

use crate::cli::{Cli, CompletionsArgs};
use crate::failure::Exit;
use clap::CommandFactory;

pub(super) fn run(args: &CompletionsArgs) -> Exit {
    clap_complete::generate(
        args.shell,
        &mut Cli::command(),
        "pitwall",
        &mut std::io::stdout(),
    );
    Exit::Done
}
