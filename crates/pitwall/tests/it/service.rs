//! `pitwall serve` from outside: answers, errors in one shape, a graceful end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::program::{Stage, signal};

/// A serving program.
pub struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    async fn start(stage: &Stage) -> Self {
        Self::start_with(stage, |_| {}).await
    }

    /// The same, the command changed before it starts.
    pub async fn start_with(stage: &Stage, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = stage.pitwall(&["serve", "--listen", "127.0.0.1:0", "--json"]);
        change(&mut command);
        command
            .env("PITWALL_SYNC_INTERVAL", "off")
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let stderr = child.stderr.take().expect("it is piped");
        let address = tokio::task::spawn_blocking(move || {
            BufReader::new(stderr)
                .lines()
                .map_while(Result::ok)
                .find_map(|line| {
                    let event: serde_json::Value = serde_json::from_str(&line).ok()?;
                    (event["event"] == "serving")
                        .then(|| event["address"].as_str().map(str::to_owned))
                        .flatten()
                })
        });
        let address = address
            .await
            .expect("it was waited for")
            .expect("it says where it answers");
        Self { child, address }
    }

    pub fn request(&self, method: &str, path: &str) -> Answer {
        self.request_with(method, path, &[], "")
    }

    pub fn request_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let headers: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: pitwall\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        )
        .expect("it reads");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("it answers");
        Answer(text)
    }

    pub fn stop(mut self) -> (Option<i32>, Duration) {
        let asked = Instant::now();
        signal(&self.child, "-TERM");
        let status = self.child.wait().expect("it ends");
        (status.code(), asked.elapsed())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub struct Answer(String);

impl Answer {
    pub fn status(&self) -> &str {
        self.0.split(' ').nth(1).unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.0.split("\r\n\r\n").next()?;
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub fn head(&self) -> &str {
        self.0.split("\r\n\r\n").next().unwrap_or_default()
    }

    pub fn body(&self) -> &str {
        self.0.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serve_answers_in_one_shape_and_ends_gracefully() {
    let stage = Stage::new("cli_serve", 3).await;
    let serving = Serving::start(&stage).await;

    assert_eq!(serving.request("GET", "/healthz").status(), "200");
    assert_eq!(serving.request("GET", "/readyz").status(), "200");
    let described = serving.request("GET", "/openapi.json");
    let document: serde_json::Value = serde_json::from_str(described.body()).expect("it is JSON");
    assert_eq!(document["openapi"], "3.1.0");

    for (method, path, status) in [("GET", "/nowhere", "404"), ("POST", "/healthz", "405")] {
        let answer = serving.request(method, path);
        assert_eq!(answer.status(), status);
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
        let problem: serde_json::Value = serde_json::from_str(answer.body()).expect("it is JSON");
        assert_eq!(problem["status"].to_string(), status);
        assert_eq!(problem["instance"].as_str(), answer.header("x-request-id"));
    }

    let page = serving.request("GET", "/");
    assert_eq!(page.status(), "200");
    let policy = page.header("content-security-policy").unwrap_or_default();
    for directive in [
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(directive), "{policy}");
    }
    assert!(!policy.contains("unsafe-inline"), "{policy}");
    // Every script is a file of ours, if there is one at all.
    let mut scripts = page.body().split("<script").skip(1);
    assert!(
        scripts.all(|script| script.contains("src=\"/assets/") && script.contains("></script>")),
        "{}",
        page.body()
    );
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(
        !page.body().contains("Northside"),
        "figures without sign-in: {}",
        page.body()
    );

    let (code, took) = serving.stop();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(25), "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_without_the_schema_is_not_ready() {
    let stage = Stage::new("cli_not_ready", 3).await;
    let serving = Serving::start(&stage).await;
    let client = stage.db.client().await.expect("a connection");
    client
        .execute("delete from pitwall.schema_models", &[])
        .await
        .expect("the statement is right");
    let answer = serving.request("GET", "/readyz");
    assert_eq!(
        (answer.status(), answer.header("retry-after")),
        ("503", Some("5"))
    );
    assert!(
        answer.body().contains("run pitwall migrate"),
        "{}",
        answer.body()
    );
    assert_eq!(serving.request("GET", "/healthz").status(), "200");
}
