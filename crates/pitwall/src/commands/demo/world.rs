//! The demo's vendor: a Tekmetric simulator in this process, and the configuration that reads it.

use super::state::{Home, State};
use crate::config::{Overrides, Settings};
use crate::failure::Failure;
use anyhow::Context as _;
use domain::record::CostRate;
use domain::{Cents, EmployeeId, ShopId};
use jiff::Timestamp;
use jiff::civil::Date;
use simulators::Stamp;
use simulators::tekmetric::{ClockMode, Running, Simulator, SimulatorConfig, World, WorldConfig};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Organization of the demo's shops; a database with shops of another one is not the demo's.
pub(super) const ORGANIZATION: &str = "demo";
/// Our own simulator has no limit.
const REQUESTS_PER_SECOND: u32 = 1_000;

/// A running vendor with what the demo knows about it.
pub(super) struct Vendor {
    pub running: Running,
    /// Pay rates to enter, by shop: the vendor's API has none.
    pub rates: BTreeMap<ShopId, Vec<CostRate>>,
    /// What goes wrong in the shops, a sentence each.
    pub leaks: Vec<String>,
}

/// Generates the world and lets it live up to now. Takes the remembered port where it is free.
pub(super) async fn start(state: &State, now: Timestamp) -> Result<Vendor, Failure> {
    let recipe = recipe(state);
    let world = tokio::task::spawn_blocking(move || World::generate(recipe))
        .await
        .context("make the demo's world")?
        .context("make the demo's world")?;
    let rates = rates(&world)?;
    let leaks = world
        .planted_leaks()
        .into_iter()
        .map(|leak| leak.description)
        .collect();
    let mut config = SimulatorConfig::new(world);
    config.clock = ClockMode::Running { speed: 1 };
    config.clock_starts = Some(Stamp::from(now));
    config.seed = state.seed;
    config.listen = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), free_port(state.port));
    let running = Simulator::start(config)
        .await
        .context("start the simulator")?;
    Ok(Vendor {
        running,
        rates,
        leaks,
    })
}

fn recipe(state: &State) -> WorldConfig {
    WorldConfig {
        history_days: state.history_days,
        ..WorldConfig::demo(state.seed, Stamp::from(state.start))
    }
}

/// The port where it can be had, else any.
fn free_port(port: u16) -> u16 {
    let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    std::net::TcpListener::bind(address).map_or(0, |_| port)
}

fn rates(world: &World) -> Result<BTreeMap<ShopId, Vec<CostRate>>, Failure> {
    let mut by_shop: BTreeMap<ShopId, Vec<CostRate>> = BTreeMap::new();
    for rate in world.cost_rates() {
        let day = |text: &str| text.parse::<Date>().context("read a day of the simulator");
        by_shop
            .entry(ShopId(rate.shop_id))
            .or_default()
            .push(CostRate {
                employee_id: EmployeeId(rate.employee_id),
                effective_from: day(&rate.effective_from)?,
                effective_to: rate.effective_to.as_deref().map(day).transpose()?,
                hourly_cost: Cents(rate.hourly_cost_cents),
            });
    }
    Ok(by_shop)
}

/// The settings that read the simulator, written down as a configuration file as well.
pub(super) fn settings(
    home: &Home,
    state: &State,
    vendor: &Vendor,
    base: &Settings,
) -> Result<Settings, Failure> {
    let text = config_text(home, state, vendor);
    let path = home.write_config(&text, vendor.running.client_secret())?;
    let overrides = Overrides {
        config: Some(path),
        data_dir: Some(home.dir().to_owned()),
        listen: Some(base.listen.value),
    };
    Ok(Settings::load(&overrides, base.environment.clone())?)
}

fn config_text(home: &Home, state: &State, vendor: &Vendor) -> String {
    let mut text = format!(
        "# The demo's own configuration, written anew at every start. It works while `pitwall demo` runs:\n\
         #   pitwall --config {} ops summary\n\n\
         [database]\ndata_dir = {}\n\n\
         [[connection]]\nname = \"demo\"\nvendor = \"tekmetric\"\nbase_url = {}\nclient_id = {}\n\
         client_secret = {{ file = {} }}\norganization = \"{ORGANIZATION}\"\nallow_insecure_loopback = true\n\
         requests_per_second = {REQUESTS_PER_SECOND}\nshops = [\n",
        home.config_path().display(),
        quoted(&home.dir().to_string_lossy()),
        quoted(&vendor.running.base_url()),
        quoted(vendor.running.client_id()),
        quoted(&home.secret_path().to_string_lossy()),
    );
    for shop in recipe(state).shops {
        let _ = writeln!(
            text,
            "  {{ vendor_id = {}, name = {}, timezone = {} }},",
            shop.id,
            quoted(shop.name),
            quoted(shop.timezone)
        );
    }
    text.push_str("]\n");
    text
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
