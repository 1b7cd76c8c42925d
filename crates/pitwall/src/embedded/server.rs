//! A server that runs, or seems to: found by `postmaster.pid`, proved by an answer on its socket.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde::{Deserialize, Serialize};

use super::conf;
use super::error::Error;
use super::home::Home;

/// How often a starting or stopping server is looked at.
const POLL: Duration = Duration::from_millis(20);

/// How to reach a running server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Endpoint {
    pub(super) socket_dir: PathBuf,
    pub(super) port: u16,
    pub(super) pid: u32,
}

/// What `postmaster.pid` and the process table say together.
#[derive(Debug, PartialEq, Eq)]
enum State {
    /// No server, and nothing in the way of a new one (PostgreSQL itself handles the pid file of
    /// a dead process).
    Absent,
    /// A pid file whose process lives, but is not our server: after a crash of the machine the
    /// number was given to somebody else. PostgreSQL would refuse to start.
    Misleading,
    /// The server starts, stops, or its remains are still leaving.
    Busy(u32),
    /// The server answers.
    Running(Endpoint),
}

/// The running server if there is one, after waiting for one that is just starting or stopping.
/// Clears a misleading pid file away. The caller holds the gate.
pub(super) fn settle(home: &Home, deadline: Instant) -> Result<Option<Endpoint>, Error> {
    let cluster = home.cluster();
    loop {
        match inspect(&cluster) {
            State::Absent => return Ok(None),
            State::Running(endpoint) => return Ok(Some(endpoint)),
            State::Misleading => {
                let path = cluster.join("postmaster.pid");
                fs::remove_file(&path).map_err(Error::files(&path))?;
            }
            State::Busy(pid) if Instant::now() >= deadline => return Err(Error::Stuck { pid }),
            State::Busy(_) => std::thread::sleep(POLL),
        }
    }
}

/// Stops the server in fast mode and waits until it is gone; nothing to do if there is none.
/// The caller holds the gate and knows that nobody else uses the server.
pub(super) fn stop(home: &Home, deadline: Instant) -> Result<(), Error> {
    let cluster = home.cluster();
    let socket_dir = last_socket_dir(&cluster);
    let mut asked = None;
    loop {
        let pid = match inspect(&cluster) {
            State::Absent | State::Misleading => break,
            State::Busy(pid) => pid,
            State::Running(endpoint) => endpoint.pid,
        };
        if Instant::now() >= deadline {
            return Err(Error::Stuck { pid });
        }
        if asked != Some(pid) && is_server(pid, &cluster) {
            // The signal of pg_ctl's fast mode: sessions are ended, a checkpoint is written.
            signal(pid, Signal::INT);
            asked = Some(pid);
        }
        std::thread::sleep(POLL);
    }
    if let Some(dir) = socket_dir.filter(|dir| conf::is_short(dir)) {
        // Empty after a clean stop; if it is not, the next start sees to it.
        let _ = fs::remove_dir(dir);
    }
    Ok(())
}

fn inspect(cluster: &Path) -> State {
    let Some(file) = PidFile::read(cluster) else {
        return remains(cluster).map_or(State::Absent, State::Busy);
    };
    if !alive(file.pid) {
        return remains(cluster).map_or(State::Absent, State::Busy);
    }
    if !is_server(file.pid, cluster) {
        return remains(cluster).map_or(State::Misleading, State::Busy);
    }
    match file.endpoint {
        Some(endpoint) if file.ready && answers(&endpoint) => State::Running(endpoint),
        _ => State::Busy(file.pid),
    }
}

/// The lines of `postmaster.pid`: 1 pid, 4 port, 5 socket directory, 8 status.
#[derive(Debug)]
struct PidFile {
    pid: u32,
    endpoint: Option<Endpoint>,
    ready: bool,
}

impl PidFile {
    fn read(cluster: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(cluster.join("postmaster.pid")).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        // A single-user server writes its number with a minus.
        let pid = lines
            .first()?
            .trim_start_matches('-')
            .parse()
            .ok()
            .filter(|pid| *pid > 1)?;
        let port = lines.get(3).and_then(|line| line.parse().ok());
        let socket_dir = lines
            .get(4)
            .filter(|line| !line.is_empty())
            .map(PathBuf::from);
        let endpoint = port.zip(socket_dir).map(|(port, socket_dir)| Endpoint {
            socket_dir,
            port,
            pid,
        });
        Some(Self {
            pid,
            endpoint,
            ready: lines.get(7) == Some(&"ready"),
        })
    }
}

/// The socket directory that the last server of the cluster used, if its pid file is still there.
pub(super) fn last_socket_dir(cluster: &Path) -> Option<PathBuf> {
    PidFile::read(cluster)?
        .endpoint
        .map(|endpoint| endpoint.socket_dir)
}

/// Whether a PostgreSQL answers: it says S or N when asked for encryption.
fn answers(endpoint: &Endpoint) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream =
            UnixStream::connect(conf::socket_path(&endpoint.socket_dir, endpoint.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(&[0, 0, 0, 8, 4, 210, 22, 47])?;
        let mut answer = [0_u8; 1];
        stream.read_exact(&mut answer)?;
        Ok(matches!(answer, [b'S' | b'N']))
    };
    ask().unwrap_or(false)
}

fn alive(pid: u32) -> bool {
    // A process of another user answers with "not permitted": it lives.
    to_pid(pid).is_some_and(|pid| test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = to_pid(pid) {
        // It may have ended by itself; the loop around looks again.
        let _ = kill_process(pid, signal);
    }
}

fn to_pid(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}

/// Whether the process works in the cluster's directory, as every PostgreSQL process does.
/// Of another account's process only the name is visible; without `/proc` a living one is believed.
fn is_server(pid: u32, cluster: &Path) -> bool {
    match fs::read_link(format!("/proc/{pid}/cwd")) {
        Ok(dir) => dir == *cluster,
        Err(error) if error.kind() == ErrorKind::NotFound && has_proc() => false,
        Err(_) if has_proc() => is_postgres(pid),
        Err(_) => alive(pid),
    }
}

/// A process of a dead server that still works in the cluster. A second server beside it would
/// corrupt the data, so it is waited for; such processes notice the death and leave by themselves.
fn remains(cluster: &Path) -> Option<u32> {
    let processes = fs::read_dir("/proc").ok()?;
    processes
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .find(|pid| {
            fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|dir| dir == *cluster)
                && is_postgres(*pid)
        })
}

/// Somebody's shell may stand in the directory too; it is no server.
fn is_postgres(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim_end() == "postgres")
}

fn has_proc() -> bool {
    Path::new("/proc/self").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str = "4711\n/srv/data\n1700000000\n5432\n/srv/run\n\n 123 456\nready   \n";

    #[test]
    fn a_pid_file_tells_where_the_server_listens_and_whether_it_is_ready() {
        let file = PidFile::parse(READY).expect("the file is complete");
        assert!(file.ready);
        let endpoint = Endpoint {
            socket_dir: PathBuf::from("/srv/run"),
            port: 5432,
            pid: 4711,
        };
        assert_eq!(file.endpoint, Some(endpoint));
        let starting =
            PidFile::parse(&READY.replace("ready   ", "starting")).expect("the file is complete");
        assert!(!starting.ready);
    }

    #[test]
    fn a_pid_file_cut_short_is_no_endpoint_and_an_empty_one_is_none() {
        assert!(PidFile::parse("4711\n/srv/data\n").is_some_and(|file| file.endpoint.is_none()));
        assert!(PidFile::parse("").is_none());
        assert!(PidFile::parse("1\n").is_none());
    }
}
