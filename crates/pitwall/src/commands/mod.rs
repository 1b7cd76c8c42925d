//! One file a command.

mod access;
mod build;
mod completions;
mod config_show;
pub(crate) mod demo;
mod doctor;
mod migrate;
mod ops_summary;
mod replay;
mod serve;
mod simulate;
mod snapshot_take;
pub(crate) mod sync;
mod verify;

use crate::cli::{
    Command, ConfigCommand, MetricsCommand, OpsCommand, SnapshotsCommand, SyncCommand,
};
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use pipeline::build::Step;

/// Runs a command to its end.
pub(crate) async fn run(command: Command, context: &Context) -> Result<Exit, Failure> {
    // The larger commands are boxed: the others should not carry their state.
    match command {
        Command::Demo(args) => Box::pin(demo::run(args, context)).await,
        Command::Serve(_) => Box::pin(serve::run(context)).await,
        Command::Migrate(args) => Box::pin(migrate::run(&args, context)).await,
        Command::Sync(SyncCommand::Run(args)) => Box::pin(sync::run(&args, context)).await,
        Command::Sync(SyncCommand::Status(args)) => Box::pin(sync::status(&args, context)).await,
        Command::Snapshots(SnapshotsCommand::Build(args)) => {
            Box::pin(build::run(Step::Snapshots, &args, context)).await
        }
        Command::Snapshots(SnapshotsCommand::Take(args)) => {
            Box::pin(snapshot_take::run(&args, context)).await
        }
        Command::Metrics(MetricsCommand::Rebuild(args)) => {
            Box::pin(build::run(Step::Days, &args, context)).await
        }
        Command::Verify(args) => Box::pin(verify::run(&args, context)).await,
        Command::Replay(args) => Box::pin(replay::run(&args, context)).await,
        Command::Ops(OpsCommand::Summary(args)) => Box::pin(ops_summary::run(&args, context)).await,
        Command::Access(command) => Box::pin(access::run(&command, context)).await,
        Command::Doctor(args) => Box::pin(doctor::run(&args, context)).await,
        Command::Simulate(args) => Box::pin(simulate::run(&args, context)).await,
        Command::Config(ConfigCommand::Show(args)) => Ok(config_show::run(&args, context)),
        Command::Completions(args) => Ok(completions::run(&args)),
    }
}
