//! Life and death of the process: the runtime, signals, logs. The only place that spawns tasks.

use crate::cli::{Cli, Command, Global};
use crate::commands;
use crate::config::{Environment, Overrides, Settings};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use clap::Parser;
use std::future::Future;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// What is still running when a command has ended gets this long.
const LAST_GRACE: Duration = Duration::from_secs(2);

/// What every command gets.
pub(crate) struct Context {
    pub settings: Settings,
    pub output: Output,
    pub clock: domain::Clock,
    /// Cancelled by the first signal: finish the page, commit, end.
    pub stop: CancellationToken,
}

/// The whole program: reads the command line, runs the command, gives its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let environment = Environment::of_process();
    // Ends the process itself on --help, --version (0) and on wrong usage (2).
    let cli = Cli::parse();
    let output = Output::new(&cli.global, &environment);
    start_logging(&cli, &environment);
    // Refused only when one is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let result = Settings::load(&overrides(&cli), environment)
        .map_err(Failure::from)
        .and_then(|settings| run(cli.command, settings, output));
    let exit = result.unwrap_or_else(|failure| {
        output.failure(&failure);
        failure.exit
    });
    exit.into()
}

fn overrides(cli: &Cli) -> Overrides {
    let listen = match &cli.command {
        Command::Demo(args) => args.listen,
        Command::Serve(args) => args.listen,
        _ => None,
    };
    Overrides {
        config: cli.global.config.clone(),
        data_dir: cli.global.data_dir.clone(),
        listen,
    }
}

fn run(command: Command, settings: Settings, output: Output) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::from(anyhow::Error::new(error).context("start the runtime")))?;
    let stop = CancellationToken::new();
    let context = Context {
        settings,
        output,
        clock: domain::Clock::System,
        stop: stop.clone(),
    };
    let result = runtime.block_on(async {
        let second = second_signal(stop, output)?;
        tokio::select! {
            result = commands::run(command, &context) => result,
            // Dropping the command closes its sessions and gives the embedded server back.
            () = second => Err(Failure::interrupted()),
        }
    });
    runtime.shutdown_timeout(LAST_GRACE);
    result
}

/// Ends at the second signal; the first cancels the token.
fn second_signal(
    stop: CancellationToken,
    output: Output,
) -> Result<impl Future<Output = ()>, Failure> {
    let listen = |kind| {
        signal(kind)
            .map_err(|error| Failure::from(anyhow::Error::new(error).context("listen for signals")))
    };
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        output
            .say("stopping: what is under way is finished and committed; once more stops at once");
        stop.cancel();
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    })
}

/// Starts a task of its own. Whoever calls this awaits the handle.
pub(crate) fn spawn<F>(task: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(task)
}

/// Logs go to standard error as lines; of a service that nobody watches, to standard output as JSON.
fn start_logging(cli: &Cli, environment: &Environment) {
    let is_service = matches!(cli.command, Command::Serve(_));
    let level = match (cli.global.verbose, is_service) {
        (0, false) => LevelFilter::WARN,
        (0, true) | (1, _) => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let filter = match environment.get("RUST_LOG") {
        Some(directives) => EnvFilter::builder().parse_lossy(directives),
        None => EnvFilter::builder()
            .with_default_directive(level.into())
            .parse_lossy(""),
    };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false);
    // A second start in one process (a test) keeps the first logger.
    let _ = if is_service && !std::io::stdout().is_terminal() {
        builder
            .json()
            .flatten_event(true)
            .with_writer(std::io::stdout)
            .try_init()
    } else {
        builder
            .with_ansi(has_color(&cli.global, environment))
            .with_writer(std::io::stderr)
            .try_init()
    };
}

/// Whether colour and animation are wanted on standard error.
pub(crate) fn has_color(global: &Global, environment: &Environment) -> bool {
    !global.no_color
        && environment.get("NO_COLOR").is_none()
        && environment.get("TERM") != Some("dumb")
        && std::io::stderr().is_terminal()
}
