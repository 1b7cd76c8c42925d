//! `pitwall simulate`

use crate::cli::SimulateArgs;
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use anyhow::Context as _;
use serde_json::json;
use simulators::tekmetric::{Simulator, SimulatorConfig, World, WorldConfig};
use simulators::{ClockMode, Stamp, servicetitan};
use vendors::Vendor;

pub(super) async fn run(args: &SimulateArgs, context: &Context) -> Result<Exit, Failure> {
    if args.vendor == Vendor::ServiceTitan {
        return field(args, context).await;
    }
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
    let running = Simulator::start(config).await.map_err(not_started)?;
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

fn not_started(error: simulators::Error) -> Failure {
    Failure::new(
        Exit::Failed,
        format!("{:#}", anyhow::Error::new(error)),
        "choose another address with --listen",
    )
}

/// A field-service company behind ServiceTitan's API.
async fn field(args: &SimulateArgs, context: &Context) -> Result<Exit, Failure> {
    let recipe = servicetitan::WorldConfig {
        history_days: args.history_days,
        ..servicetitan::WorldConfig::demo(args.seed, Stamp::from(context.clock.now()))
    };
    let world = tokio::task::spawn_blocking(move || servicetitan::World::generate(recipe))
        .await
        .context("make the company")?
        .context("make the company")?;
    let (jobs, truths) = (world.job_count(), world.planted_truths());
    let config = servicetitan::SimulatorConfig {
        clock: ClockMode::Running { speed: 1 },
        listen: args.listen,
        seed: args.seed,
        ..servicetitan::SimulatorConfig::new(world)
    };
    let running = servicetitan::Simulator::start(config)
        .await
        .map_err(not_started)?;
    let tenants = running.tenant_ids();
    let document = json!({
        "schema": "pitwall.simulate/1",
        "vendor": "servicetitan",
        "base_url": running.base_url(),
        "auth_url": running.auth_url(),
        "client_id": running.client_id(),
        "client_secret": running.client_secret(),
        "app_key": running.app_key(),
        "tenants": tenants,
        "orders": jobs,
        "planted_leaks": truths,
    });
    context.output.answer(&document, || {
        format!(
            "base_url = \"{0}\"\nauth_url = \"{0}\"\nclient_id = \"{1}\"\n# the secret is \"{2}\", the key \"{3}\"; \
             invented, like everything here\nallow_insecure_loopback = true\n# {jobs} jobs of tenant {4:?}",
            running.base_url(),
            running.client_id(),
            running.client_secret(),
            running.app_key(),
            tenants,
        )
    });
    context.output.say("simulating ServiceTitan until Ctrl-C");
    context.stop.cancelled().await;
    running.stop().await;
    Ok(Exit::Done)
}
