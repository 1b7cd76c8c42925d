//! `pitwall simulate`

use crate::cli::SimulateArgs;
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use anyhow::Context as _;
use serde_json::json;
use simulators::Stamp;
use simulators::tekmetric::{ClockMode, Simulator, SimulatorConfig, World, WorldConfig};

pub(super) async fn run(args: &SimulateArgs, context: &Context) -> Result<Exit, Failure> {
    let start = Stamp::from(context.clock.now());
    let (seed, history_days) = (args.seed, args.history_days);
    let recipe = WorldConfig {
        history_days,
        ..WorldConfig::demo(seed, start)
    };
    let leaks = recipe.planted_leaks();
    let world = tokio::task::spawn_blocking(move || World::generate(recipe))
        .await
        .context("make the world")?
        .context("make the world")?;
    let orders = world.order_count();
    let config = SimulatorConfig {
        clock: ClockMode::Running { speed: 1 },
        listen: args.listen,
        seed,
        ..SimulatorConfig::new(world)
    };
    let running = Simulator::start(config).await.map_err(|error| {
        Failure::new(
            Exit::Failed,
            format!("{:#}", anyhow::Error::new(error)),
            "choose another address with --listen",
        )
    })?;
    let document = json!({
        "schema": "pitwall.simulate/1",
        "vendor": "tekmetric",
        "base_url": running.base_url(),
        "client_id": running.client_id(),
        "client_secret": running.client_secret(),
        "orders": orders,
        "planted_leaks": leaks,
    });
    context.output.answer(&document, || {
        format!(
            "base_url = \"{}\"\nclient_id = \"{}\"\n# the secret is \"{}\"; it is invented, like everything here\n\
             allow_insecure_loopback = true\n# {orders} orders in shops 6212, 6213 and 6214",
            running.base_url(),
            running.client_id(),
            running.client_secret()
        )
    });
    context.output.say("simulating Tekmetric until Ctrl-C");
    context.stop.cancelled().await;
    running.stop().await;
    Ok(Exit::Done)
}
