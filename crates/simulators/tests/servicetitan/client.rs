//! As much of an HTTP client as these tests need.

use serde_json::Value;
use simulators::servicetitan::Running;
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
        let mut pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    pub(crate) fn rows(&self) -> Vec<Value> {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        self.json()["data"].as_array().expect("rows").clone()
    }
}

pub(crate) struct Client<'a> {
    pub(crate) running: &'a Running,
    pub(crate) token: String,
    pub(crate) app_key: String,
    pub(crate) tenant: i64,
}

impl<'a> Client<'a> {
    pub(crate) async fn connect(running: &'a Running) -> Self {
        let mut client = Self {
            running,
            token: String::new(),
            app_key: running.app_key().to_owned(),
            tenant: running.tenant_ids()[0],
        };
        assert_eq!(client.fetch_token().await, 200);
        client
    }

    pub(crate) async fn fetch_token(&mut self) -> u16 {
        let secret = self.running.client_secret().to_owned();
        let answer = self.token_request(&secret).await;
        if answer.status == 200 {
            let token = &answer.json()["access_token"];
            token.as_str().expect("a token").clone_into(&mut self.token);
        }
        answer.status
    }

    pub(crate) async fn token_request(&self, secret: &str) -> Answer {
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={secret}",
            self.running.client_id()
        );
        let head =
            "POST /connect/token HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        self.exchange(head, &form).await
    }

    /// `path` is what follows the tenant, with the module in front: `jpm/jobs?page=1`.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "").await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        let (module, rest) = path.split_once('/').expect("a module");
        let version = if module == "telecom" && !rest.starts_with("export") {
            "v3"
        } else {
            "v2"
        };
        let head = format!(
            "{method} /{module}/{version}/tenant/{}/{rest} HTTP/1.1\r\nAuthorization: Bearer {}\r\n\
             ST-App-Key: {}\r\nContent-Type: application/json\r\n",
            self.tenant, self.token, self.app_key
        );
        self.exchange(&head, body).await
    }

    /// The simulator's own routes.
    pub(crate) async fn control(&self, method: &str, path: &str, body: &str) -> Answer {
        let head = format!("{method} {path} HTTP/1.1\r\nContent-Type: application/json\r\n");
        self.exchange(&head, body).await
    }

    /// All rows of a list, page by page.
    pub(crate) async fn walk(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        for page in 1.. {
            let separator = if path.contains('?') { '&' } else { '?' };
            let answer = self
                .get(&format!("{path}{separator}pageSize=500&page={page}"))
                .await;
            rows.extend(answer.rows());
            if answer.json()["hasMore"] == false {
                break;
            }
        }
        rows
    }

    /// All rows of a feed from a place on, and the place it ends at.
    pub(crate) async fn feed(&self, path: &str, from: Option<&str>) -> (Vec<Value>, String) {
        let (mut rows, mut place) = (Vec::new(), from.map(str::to_owned));
        loop {
            let answer = self.feed_page(path, place.as_deref()).await;
            rows.extend(answer.rows());
            let next = answer.json()["continueFrom"]
                .as_str()
                .expect("a token")
                .to_owned();
            if answer.json()["hasMore"] == false {
                return (rows, next);
            }
            assert_ne!(
                place.as_deref(),
                Some(next.as_str()),
                "the feed stands still"
            );
            place = Some(next);
        }
    }

    pub(crate) async fn feed_page(&self, path: &str, from: Option<&str>) -> Answer {
        let separator = if path.contains('?') { '&' } else { '?' };
        let query = from.map(|token| format!("{separator}from={}", escaped(token)));
        self.get(&format!("{path}{}", query.unwrap_or_default()))
            .await
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

pub(crate) fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

pub(crate) fn ids(rows: &[Value]) -> Vec<i64> {
    rows.iter()
        .map(|row| row["id"].as_i64().expect("an id"))
        .collect()
}
