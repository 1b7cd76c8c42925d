//! Running the program in a directory of its own, and what it said.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use simulators::Stamp;
use simulators::tekmetric::{Running, Simulator, SimulatorConfig, World, WorldConfig};
use tempfile::TempDir;
use testkit::db::TestDb;

/// The program with nothing in its environment but what a test puts there.
pub fn pitwall(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pitwall"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", dir)
        .current_dir(dir)
        .stdin(Stdio::null());
    command
}

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Ran {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }
}

pub fn run(command: &mut Command) -> Ran {
    command.output().expect("the program starts").into()
}

/// Sends a signal to a running program.
pub fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(sent.expect("kill is there").success());
}

/// Exit code, stdout and stderr in one text.
pub fn transcript(ran: &Ran) -> String {
    let mut text = String::new();
    let code = ran
        .code
        .map_or_else(|| "a signal".to_owned(), |code| code.to_string());
    let _ = write!(text, "exit code: {code}\n----- stdout\n{}", ran.stdout);
    let _ = write!(text, "----- stderr\n{}", ran.stderr);
    text
}

/// Compares a text with `tests/golden/<name>.txt`; with `UPDATE_GOLDENS=1` writes it instead.
pub fn check_golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.txt"));
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(&path, text).expect("the golden can be written");
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        golden == text,
        "{} differs; UPDATE_GOLDENS=1 accepts this:\n{text}",
        path.display()
    );
}

/// A directory, a database and a vendor: what most commands need.
pub struct Stage {
    pub dir: TempDir,
    pub db: TestDb,
    pub vendor: Running,
}

impl Stage {
    /// Three shops with a few days of history, configured in the directory's `pitwall.toml`; nothing is read yet.
    pub async fn new(name: &str, history_days: u32) -> Self {
        Self::with_vendor(name, history_days, |_| {}).await
    }

    /// The same, the vendor changed before it starts.
    pub async fn with_vendor(
        name: &str,
        history_days: u32,
        change: impl FnOnce(&mut SimulatorConfig),
    ) -> Self {
        let start = Stamp::parse_zoned("2026-11-20T18:00:00Z").expect("an instant");
        let recipe = WorldConfig::small(7, start, history_days);
        let mut config =
            SimulatorConfig::new(World::generate(recipe).expect("the zones are known"));
        change(&mut config);
        let vendor = Simulator::start(config).await.expect("a free port");
        let db = TestDb::create(name).await.expect("a database");
        let dir = tempfile::tempdir().expect("a temporary directory");
        let world = Self { dir, db, vendor };
        world.configure("");
        world
    }

    /// Writes the configuration; `extra` stands in the connection.
    pub fn configure(&self, extra: &str) {
        let text = format!(
            "[[connection]]\nname = \"simulated\"\nvendor = \"tekmetric\"\nbase_url = \"{}\"\n\
             client_id = \"{}\"\nclient_secret = {{ env = \"VENDOR_SECRET\" }}\nrequests_per_second = 1000\n{extra}\n\
             shops = [\n\
             {{ vendor_id = 6212, name = \"Northside\", timezone = \"America/New_York\" }},\n\
             {{ vendor_id = 6213, name = \"Southgate\", timezone = \"America/Chicago\" }},\n\
             {{ vendor_id = 6214, name = \"Desert Ridge\", timezone = \"America/Phoenix\" }},\n]\n",
            self.vendor.base_url(),
            self.vendor.client_id(),
        );
        std::fs::write(self.dir.path().join("pitwall.toml"), text)
            .expect("the directory is writable");
    }

    /// The program on this world.
    pub fn pitwall(&self, arguments: &[&str]) -> Command {
        let mut command = pitwall(self.dir.path());
        command
            .args(arguments)
            .env("DATABASE_URL", self.db.url())
            .env("VENDOR_SECRET", self.vendor.client_secret())
            .env("PITWALL_ALLOW_LOOPBACK_VENDORS", "1");
        command
    }

    /// Runs the program to its end, while the vendor goes on answering.
    pub async fn run(&self, arguments: &[&str]) -> Ran {
        finish(self.pitwall(arguments)).await
    }
}

/// Runs a program to its end without holding up the test's other tasks.
pub async fn finish(mut command: Command) -> Ran {
    tokio::task::spawn_blocking(move || run(&mut command))
        .await
        .expect("the program was waited for")
}
