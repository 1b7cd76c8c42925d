//! The embedded PostgreSQL from outside: each test is one way in which it could lose data, refuse
//! to start, stand open, or leave something behind.
//!
//! Every test needs an installed PostgreSQL 15 or later and works in its own temporary directory.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use pitwall::embedded::{EmbeddedServer, EmbeddedSettings, ensure};
use tempfile::TempDir;

/// Names the data directory for `holder`, the second process of these tests.
const HOLD: &str = "PITWALL_TEST_HOLD_DATA_DIR";

fn settings(data_dir: &Path) -> EmbeddedSettings {
    let mut settings = EmbeddedSettings::new(data_dir.to_owned());
    settings.supervisor = Some(PathBuf::from(env!("CARGO_BIN_EXE_pitwall")));
    settings
}

/// A data directory that stops its server when the test ends, also when it fails.
struct Scratch {
    dir: TempDir,
}

impl Scratch {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().expect("a temporary directory"),
        }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn cluster(&self) -> PathBuf {
        self.path().join("postgres/data")
    }

    async fn start(&self) -> EmbeddedServer {
        match ensure(settings(self.path())).await {
            Ok(server) => server,
            Err(error) => panic!("the server did not start: {error}; {}", error.hint()),
        }
    }

    fn server_pid(&self) -> Option<u32> {
        let file = fs::read_to_string(self.cluster().join("postmaster.pid")).ok()?;
        file.lines().next()?.parse().ok()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(pid) = self.server_pid().filter(|pid| alive(*pid)) {
            kill(pid, "-QUIT");
        }
    }
}

/// Another process that uses the server: this test binary, running only the test `holder`.
struct Holder {
    child: Child,
    _output: BufReader<ChildStdout>,
}

impl Holder {
    fn start(data_dir: &Path) -> Self {
        let program = std::env::current_exe().expect("the test binary has a path");
        let mut child = Command::new(program)
            .args(["--exact", "holder", "--ignored", "--nocapture"])
            .env(HOLD, data_dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the test binary can be run");
        let mut output = BufReader::new(child.stdout.take().expect("it was piped"));
        let mut line = String::new();
        while !line.contains("holding") {
            line.clear();
            assert_ne!(
                output.read_line(&mut line).expect("text"),
                0,
                "the holder ended early"
            );
        }
        Self {
            child,
            _output: output,
        }
    }

    /// Ends as a program should: its input closes and it leaves.
    fn leave(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().expect("our child").success());
    }

    fn kill_hard(mut self) {
        self.child.kill().expect("our child");
        self.child.wait().expect("our child");
    }
}

#[tokio::test]
#[ignore = "the second process of the other tests"]
async fn holder() {
    let Some(data_dir) = std::env::var_os(HOLD) else {
        return;
    };
    let server = ensure(settings(Path::new(&data_dir)))
        .await
        .expect("the server starts or is adopted");
    println!("holding {}", server.pid());
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .expect("standard input");
    server.release().await.expect("the server is left in order");
}

async fn ask(server: &EmbeddedServer, sql: &str) -> String {
    let (client, connection) = tokio_postgres::connect(&server.url(), tokio_postgres::NoTls)
        .await
        .expect("the url works");
    let connection = tokio::spawn(connection);
    let row = client
        .query_one(sql, &[])
        .await
        .expect("the statement is right");
    drop(client);
    connection
        .await
        .expect("it does not panic")
        .expect("it ends in order");
    row.get(0)
}

async fn execute(server: &EmbeddedServer, sql: &str) {
    let (client, connection) = tokio_postgres::connect(&server.url(), tokio_postgres::NoTls)
        .await
        .expect("the url works");
    let connection = tokio::spawn(connection);
    client
        .batch_execute(sql)
        .await
        .expect("the statement is right");
    drop(client);
    connection
        .await
        .expect("it does not panic")
        .expect("it ends in order");
}

fn kill(pid: u32, signal: &str) {
    let status = Command::new("kill")
        .args([signal, &pid.to_string()])
        .status()
        .expect("kill exists");
    assert!(status.success());
}

/// Lives and is no zombie.
fn alive(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn owner_of_process(pid: u32) -> u32 {
    fs::metadata(format!("/proc/{pid}")).expect("it runs").uid()
}

#[tokio::test]
async fn fsync_and_full_page_writes_are_on_despite_the_crates_default() {
    let scratch = Scratch::new();
    let server = scratch.start().await;
    assert_eq!(ask(&server, "show fsync").await, "on");
    assert_eq!(ask(&server, "show full_page_writes").await, "on");
    assert_eq!(ask(&server, "show synchronous_commit").await, "on");
    assert_eq!(ask(&server, "show shared_buffers").await, "256MB");
    assert_eq!(
        ask(&server, "select current_database()::text").await,
        "pitwall"
    );
    assert_eq!(
        ask(
            &server,
            "select datcollate::text from pg_database where datname = 'pitwall'"
        )
        .await,
        "C"
    );
    server.release().await.expect("it stops");
}

#[tokio::test]
async fn it_listens_on_a_private_socket_and_never_on_tcp() {
    let scratch = Scratch::new();
    let server = scratch.start().await;
    assert_eq!(ask(&server, "show listen_addresses").await, "");
    let socket_dir = fs::metadata(server.socket_dir()).expect("it is there");
    assert_eq!(socket_dir.permissions().mode() & 0o777, 0o700);
    assert_eq!(socket_dir.uid(), owner_of_process(server.pid()));
    let socket = server
        .socket_dir()
        .join(format!(".s.PGSQL.{}", server.port()));
    assert!(socket.as_os_str().len() <= 107);
    assert_eq!(
        fs::metadata(socket)
            .expect("it is there")
            .permissions()
            .mode()
            & 0o077,
        0
    );
    assert!(!has_tcp_listener(server.pid()));
    let hba = fs::read_to_string(scratch.cluster().join("pg_hba.conf")).expect("it is there");
    assert!(
        hba.lines()
            .filter(|line| !line.starts_with('#'))
            .all(|line| line.starts_with("local "))
    );
    server.release().await.expect("it stops");
}

/// Whether a descriptor of the process is a listening TCP socket.
fn has_tcp_listener(pid: u32) -> bool {
    let listening: Vec<String> = ["tcp", "tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(format!("/proc/net/{table}")).ok())
        .flat_map(|table| table.lines().skip(1).map(str::to_owned).collect::<Vec<_>>())
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            (fields.get(3) == Some(&"0A")).then(|| format!("socket:[{}]", fields[9]))
        })
        .collect();
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).expect("its descriptors can be read");
    descriptors
        .flatten()
        .filter_map(|entry| fs::read_link(entry.path()).ok())
        .any(|target| {
            listening
                .iter()
                .any(|socket| target.to_str() == Some(socket.as_str()))
        })
}

#[tokio::test]
async fn root_is_dropped_and_owns_nothing_of_the_server() {
    let scratch = Scratch::new();
    let server = scratch.start().await;
    let account = owner_of_process(server.pid());
    assert_ne!(account, 0, "the server runs as root");
    let mut unseen = vec![scratch.path().join("postgres")];
    while let Some(path) = unseen.pop() {
        let meta = fs::symlink_metadata(&path).expect("nothing disappears meanwhile");
        assert_eq!(
            meta.uid(),
            account,
            "{} belongs to somebody else",
            path.display()
        );
        // The cluster's inside changes while we look; its own owner stands for it.
        if meta.is_dir() && path != scratch.cluster() {
            unseen.extend(
                fs::read_dir(&path)
                    .expect("a directory")
                    .flatten()
                    .map(|entry| entry.path()),
            );
        }
    }
    server.release().await.expect("it stops");
}

#[tokio::test]
async fn a_data_directory_of_a_plain_user_stays_the_plain_users_under_root() {
    let scratch = Scratch::new();
    if fs::metadata(scratch.path()).expect("it is there").uid() != 0 {
        return;
    }
    let nobody = 65_534;
    std::os::unix::fs::chown(scratch.path(), Some(nobody), Some(nobody)).expect("we are root");
    let server = scratch.start().await;
    assert_eq!(owner_of_process(server.pid()), nobody);
    for entry in [
        "postgres",
        "postgres/gate",
        "postgres/users",
        "postgres/start",
        "postgres/data",
    ] {
        assert_eq!(
            fs::metadata(scratch.path().join(entry))
                .expect("it is there")
                .uid(),
            nobody
        );
    }
    server.release().await.expect("it stops");
}

#[tokio::test]
async fn a_killed_process_leaves_a_server_that_the_next_one_adopts_and_stops() {
    let scratch = Scratch::new();
    Holder::start(scratch.path()).kill_hard();
    let left_behind = scratch
        .server_pid()
        .expect("the server outlives its starter");
    assert!(alive(left_behind));
    let server = scratch.start().await;
    assert_eq!(server.pid(), left_behind);
    server.release().await.expect("it stops");
    wait_until("the server is gone", || !alive(left_behind));
}

#[tokio::test]
async fn committed_rows_survive_a_killed_server_and_its_stale_pid_file() {
    let scratch = Scratch::new();
    let server = scratch.start().await;
    execute(&server, "create table kept as select 4711::text as id").await;
    let killed = server.pid();
    kill(killed, "-KILL");
    wait_until("the server is dead", || !alive(killed));
    assert_eq!(
        scratch.server_pid(),
        Some(killed),
        "the pid file is stale now"
    );
    let next = scratch.start().await;
    assert_ne!(next.pid(), killed);
    assert_eq!(ask(&next, "select id from kept").await, "4711");
    next.release().await.expect("there is another seat");
    server.release().await.expect("it stops");
    assert_eq!(scratch.server_pid(), None);
}

#[tokio::test]
async fn a_pid_file_that_names_somebody_elses_process_does_not_stop_the_start() {
    let scratch = Scratch::new();
    scratch.start().await.release().await.expect("it stops");
    // After a crash of the machine the number belongs to another process of the same account.
    let account = fs::metadata(scratch.path().join("postgres")).expect("it is there");
    let mut stranger = sleeper(&account);
    let pid_file = scratch.cluster().join("postmaster.pid");
    let text = format!(
        "{}\n{}\n1\n5432\n\n\n\nready\n",
        stranger.id(),
        scratch.cluster().display()
    );
    fs::write(&pid_file, text).expect("the cluster is stopped");
    let server = scratch.start().await;
    assert_ne!(server.pid(), stranger.id());
    server.release().await.expect("it stops");
    assert!(
        stranger.try_wait().expect("our child").is_none(),
        "the stranger was killed"
    );
    stranger.kill().expect("our child");
    stranger.wait().expect("our child");
}

fn sleeper(account: &fs::Metadata) -> Child {
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new("sleep");
    command.arg("300").current_dir("/");
    if fs::metadata("/proc/self").expect("linux").uid() == 0 {
        command.uid(account.uid()).gid(account.gid());
    }
    command.spawn().expect("sleep exists")
}

#[tokio::test]
async fn two_processes_share_one_server_and_the_last_one_stops_it() {
    let scratch = Scratch::new();
    let first = Holder::start(scratch.path());
    let shared = scratch.server_pid().expect("it runs");
    let server = scratch.start().await;
    assert_eq!(server.pid(), shared);
    first.leave();
    assert_eq!(ask(&server, "select 'still there'").await, "still there");
    assert!(
        alive(shared),
        "the starter pulled the server from under another process"
    );
    server.release().await.expect("it stops");
    wait_until("the server is gone", || !alive(shared));
    assert_eq!(scratch.server_pid(), None);
}

#[tokio::test]
async fn processes_that_start_at_once_get_the_same_server() {
    let scratch = Scratch::new();
    let dir = scratch.path().to_owned();
    let racing = std::thread::spawn(move || Holder::start(&dir));
    let server = scratch.start().await;
    let holder = racing.join().expect("it does not panic");
    assert_eq!(scratch.server_pid(), Some(server.pid()));
    server.release().await.expect("another seat is taken");
    let pid = scratch.server_pid().expect("the holder still uses it");
    holder.leave();
    wait_until("the server is gone", || !alive(pid));
}

#[tokio::test]
async fn an_initialisation_cut_short_is_begun_again() {
    let scratch = Scratch::new();
    scratch.start().await.release().await.expect("it stops");
    // What a kill during initdb leaves: a directory that is neither empty nor a cluster.
    fs::rename(
        scratch.cluster(),
        scratch.path().join("postgres/data.unfinished"),
    )
    .expect("same place");
    let server = scratch.start().await;
    assert!(!scratch.path().join("postgres/data.unfinished").exists());
    server.release().await.expect("it stops");
}

#[tokio::test]
async fn no_password_and_no_directory_is_left_behind() {
    let scratch = Scratch::new();
    let before = entries(&std::env::temp_dir());
    scratch.start().await.release().await.expect("it stops");
    assert_eq!(
        entries(&scratch.path().join("postgres")),
        ["data", "gate", "run", "start", "users"]
    );
    assert_eq!(
        entries(&scratch.path().join("postgres/run")),
        Vec::<String>::new()
    );
    // Other tests come and go beside us; the crate's own temporary directories begin with `.tmp`
    // like ours do, but hold a password file or a cluster.
    for name in entries(&std::env::temp_dir())
        .iter()
        .filter(|name| !before.contains(name))
    {
        let dir = std::env::temp_dir().join(name);
        assert!(
            !dir.join(".pgpass").exists() && !dir.join("PG_VERSION").exists(),
            "{name} was left behind"
        );
    }
}

fn entries(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .expect("a directory")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_long_or_odd_data_directory_gets_a_short_socket_that_goes_with_the_server() {
    let scratch = Scratch::new();
    let odd = scratch
        .path()
        .join(format!("with space {}", "x".repeat(100)));
    let server = ensure(settings(&odd)).await.expect("it starts");
    let socket_dir = server.socket_dir().to_owned();
    assert!(socket_dir.starts_with("/tmp"));
    assert_eq!(
        fs::metadata(&socket_dir)
            .expect("it is there")
            .permissions()
            .mode()
            & 0o777,
        0o700
    );
    assert_eq!(ask(&server, "select 'here'").await, "here");
    server.release().await.expect("it stops");
    assert!(!socket_dir.exists());
}

#[tokio::test]
async fn a_named_directory_without_postgresql_is_refused_with_what_to_do() {
    let scratch = Scratch::new();
    let mut settings = settings(scratch.path());
    settings.pg_bin = Some(scratch.path().to_owned());
    let error = ensure(settings).await.expect_err("there is nothing to run");
    assert!(error.to_string().contains("holds no postgres"));
    assert!(error.hint().contains("PITWALL_PG_BIN"));
}
