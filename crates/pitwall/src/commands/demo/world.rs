//! The demo's vendors: simulators of Tekmetric and ServiceTitan in this process, and the configuration that reads them.

use super::state::{FIELD_KEY_FILE, FIELD_SECRET_FILE, Home, SECRET_FILE, State};
use crate::config::{Overrides, Settings};
use crate::failure::Failure;
use anyhow::Context as _;
use domain::record::CostRate;
use domain::{Cents, EmployeeId, ShopId};
use jiff::Timestamp;
use jiff::civil::Date;
use simulators::tekmetric::{Running, Simulator, SimulatorConfig, World, WorldConfig};
use simulators::{ClockMode, Stamp, servicetitan};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Organization of the demo's shops; a database with shops of another one is not the demo's.
pub(super) const ORGANIZATION: &str = "demo";
/// Our own simulator has no limit.
const REQUESTS_PER_SECOND: u32 = 1_000;

/// Two years of the company take minutes to load; the demo is to be seen within one.
const FIELD_DAYS_AT_MOST: u32 = 60;
/// The field-service company's zone, as its simulator has it.
const FIELD_ZONE: &str = "America/Chicago";

/// The running vendors with what the demo knows about them.
pub(super) struct Vendor {
    pub running: Running,
    /// The field-service company's vendor.
    pub field: servicetitan::Running,
    /// Pay rates to enter, by shop: the vendor's API has none.
    pub rates: BTreeMap<ShopId, Vec<CostRate>>,
    /// What goes wrong in the shops and in the company, a sentence each.
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
    let mut leaks: Vec<String> = world
        .planted_leaks()
        .into_iter()
        .map(|leak| leak.description)
        .collect();
    let (field, truths) = start_field(state, now).await?;
    leaks.extend(truths);
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
        field,
        rates,
        leaks,
    })
}

/// The field-service company.
async fn start_field(
    state: &State,
    now: Timestamp,
) -> Result<(servicetitan::Running, Vec<String>), Failure> {
    let recipe = servicetitan::WorldConfig {
        history_days: state.history_days.min(FIELD_DAYS_AT_MOST),
        ..servicetitan::WorldConfig::demo(state.seed, Stamp::from(state.start))
    };
    let world = tokio::task::spawn_blocking(move || servicetitan::World::generate(recipe))
        .await
        .context("make the demo's company")?
        .context("make the demo's company")?;
    let truths = world.planted_truths();
    let config = servicetitan::SimulatorConfig {
        clock: ClockMode::Running { speed: 1 },
        clock_starts: Some(Stamp::from(now)),
        seed: state.seed,
        ..servicetitan::SimulatorConfig::new(world)
    };
    let running = servicetitan::Simulator::start(config)
        .await
        .context("start the company's simulator")?;
    let words = truths.into_iter().map(|t| t.description.to_owned());
    Ok((running, words.collect()))
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
    home.write_secrets(&[
        (SECRET_FILE, vendor.running.client_secret()),
        (FIELD_SECRET_FILE, vendor.field.client_secret()),
        (FIELD_KEY_FILE, vendor.field.app_key()),
    ])?;
    let path = home.write_config(&text)?;
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
        quoted(&home.file(SECRET_FILE).to_string_lossy()),
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
    let field = &vendor.field;
    let file = |name| quoted(&home.file(name).to_string_lossy());
    let _ = writeln!(
        text,
        "\n[[connection]]\nname = \"field\"\nvendor = \"servicetitan\"\nbase_url = {}\nauth_url = {}\n\
         client_id = {}\nclient_secret = {{ file = {} }}\napp_key = {{ file = {} }}\n\
         organization = \"{ORGANIZATION}\"\nallow_insecure_loopback = true\n\
         requests_per_second = {REQUESTS_PER_SECOND}\nshops = [",
        quoted(&field.base_url()),
        quoted(&field.auth_url()),
        quoted(field.client_id()),
        file(FIELD_SECRET_FILE),
        file(FIELD_KEY_FILE),
    );
    for tenant in field.tenant_ids() {
        let _ = writeln!(
            text,
            "  {{ tenant_id = {tenant}, name = \"Example Comfort\", timezone = \"{FIELD_ZONE}\" }},"
        );
    }
    text.push_str("]\n");
    text
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
