//! As much of an HTTP client as these tests need.

use serde_json::Value;
use simulators::tekmetric::Running;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }
}

pub(crate) struct Client<'a> {
    pub(crate) running: &'a Running,
    pub(crate) token: String,
}

/// `simulated-client:simulated-secret`.
const BASIC: &str = "Basic c2ltdWxhdGVkLWNsaWVudDpzaW11bGF0ZWQtc2VjcmV0";

impl<'a> Client<'a> {
    pub(crate) async fn connect(running: &'a Running) -> Self {
        let mut client = Self {
            running,
            token: String::new(),
        };
        client.fetch_token().await;
        client
    }

    pub(crate) async fn fetch_token(&mut self) -> u16 {
        let answer = self
            .token_request(BASIC, "grant_type=client_credentials")
            .await;
        if answer.status == 200 {
            self.token = answer.json()["access_token"]
                .as_str()
                .expect("a token")
                .to_owned();
        }
        answer.status
    }

    pub(crate) async fn token_request(&self, authorization: &str, form: &str) -> Answer {
        let head = format!(
            "POST /api/v1/oauth/token HTTP/1.1\r\nAuthorization: {authorization}\r\n\
             Content-Type: application/x-www-form-urlencoded;charset=UTF-8\r\n"
        );
        self.exchange(&head, form).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let head = format!(
            "GET {path} HTTP/1.1\r\nAuthorization: Bearer {}\r\n",
            self.token
        );
        self.exchange(&head, "").await
    }

    /// A signed-in request that changes something.
    pub(crate) async fn write(&self, method: &str, path: &str, body: &Value) -> Answer {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n",
            self.token
        );
        self.exchange(&head, &body.to_string()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let head = format!("POST {path} HTTP/1.1\r\nContent-Type: application/json\r\n");
        self.exchange(&head, &body.to_string()).await
    }

    /// All rows of a list, page by page.
    pub(crate) async fn walk(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        for page in 0.. {
            let separator = if path.contains('?') { '&' } else { '?' };
            let answer = self
                .get(&format!("{path}{separator}size=100&page={page}"))
                .await;
            assert_eq!(
                answer.status,
                200,
                "{path}: {}",
                String::from_utf8_lossy(&answer.body)
            );
            let mut envelope = answer.json();
            rows.append(envelope["content"].as_array_mut().expect("rows"));
            if envelope["last"] == true {
                break;
            }
        }
        rows
    }

    async fn exchange(&self, head: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.running.addr())
            .await
            .expect("the simulator listens");
        let request = format!(
            "{head}Host: test\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream
            .write_all(request.as_bytes())
            .await
            .expect("the request is sent");
        let mut bytes = Vec::new();
        // A reset in mid-body ends the answer early; what came is kept.
        let _ = stream.read_to_end(&mut bytes).await;
        let split = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .expect("a head");
        let head = String::from_utf8_lossy(&bytes[..split]).to_lowercase();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .expect("a status");
        Answer {
            status,
            head,
            body: bytes[split + 4..].to_vec(),
        }
    }
}

pub(crate) fn ids(rows: &[Value]) -> Vec<i64> {
    rows.iter()
        .map(|row| row["id"].as_i64().expect("an id"))
        .collect()
}
