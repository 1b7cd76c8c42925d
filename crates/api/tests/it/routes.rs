//! Every route of the description, without a list that could forget one: who gets what (a golden), foreign shops, and
//! hostile parameters.

use crate::desk::{Desk, STRANGER, USERS, problem, user};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

/// A route of the description with its parameters.
struct Route {
    method: Method,
    path: String,
    /// Name, place, whether it is required, and its schema.
    parameters: Vec<(String, String, bool, Value)>,
    takes_body: bool,
}

fn routes() -> Vec<Route> {
    let document = api::description();
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("there are paths") {
        for (method, operation) in methods.as_object().expect("there are methods") {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let parameters = operation["parameters"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            routes.push(Route {
                method: method.to_uppercase().parse().expect("a method"),
                path: path.clone(),
                parameters: parameters
                    .iter()
                    .map(|p| {
                        (
                            text(&p["name"]),
                            text(&p["in"]),
                            p["required"] == true,
                            p["schema"].clone(),
                        )
                    })
                    .collect(),
                takes_body: operation["requestBody"].is_object(),
            });
        }
    }
    routes
}

/// A value that a parameter may have.
fn sample(name: &str, schema: &Value) -> String {
    let kinds = schema["type"].to_string();
    if let Some(first) = schema["enum"].get(0).and_then(Value::as_str) {
        return first.to_owned();
    }
    if name == "task_id" || schema["format"] == "uuid" {
        return "33333333-3333-4333-8333-333333333333".to_owned();
    }
    if schema["format"] == "date" || name.ends_with("date") || name == "day" {
        return "2026-11-20".to_owned();
    }
    if kinds.contains("integer") || name.ends_with("_id") {
        return "1".to_owned();
    }
    "x".to_owned()
}

impl Route {
    /// Path and query with the required parameters; `change` may replace one.
    fn url(&self, shop: &str, change: Option<(&str, &str)>) -> String {
        let mut path = self.path.clone();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, place, required, schema) in &self.parameters {
            let changed = change
                .filter(|(changed, _)| changed == name)
                .map(|(_, value)| value.to_owned());
            let value = match (changed, name.as_str()) {
                (Some(value), _) => value,
                (None, "shop_id") => shop.to_owned(),
                (None, _) => sample(name, schema),
            };
            if place == "path" {
                let encoded: String =
                    url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
                path = path.replace(&format!("{{{name}}}"), &encoded.replace('+', "%20"));
            } else if *required || change.is_some_and(|(changed, _)| changed == name) {
                query.append_pair(name, &value);
            }
        }
        let query = query.finish();
        if query.is_empty() {
            path
        } else {
            format!("{path}?{query}")
        }
    }

    fn request(&self, desk: &Desk, sub: Option<&str>, url: &str) -> RequestBuilder {
        let mut request = desk.client.request(self.method.clone(), desk.url(url));
        if let Some(sub) = sub {
            request = request.bearer_auth(desk.signer.token_at(desk.now(), sub));
        }
        if self.takes_body {
            request = request
                .header("content-type", "application/json")
                .body("{}");
        }
        request
    }

    fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }

    fn is_of_shop(&self) -> bool {
        self.parameters.iter().any(|(name, ..)| name == "shop_id")
    }
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

async fn desk(name: &str) -> Desk {
    let desk = Desk::open(name).await;
    let client = desk.db.client().await.expect("a client");
    client
        .batch_execute(
            "insert into warehouse.repair_orders (shop_id, id, ro_number, status) values (1, 1, 1, 'POSTED'), (2, 2, 2, 'POSTED')",
        )
        .await
        .expect("orders");
    desk
}

/// The matrix of role and route, as golden text: a change of who may do what is a readable difference.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_gets_what_is_what_was_reviewed() {
    let desk = desk("matrix").await;
    let mut text = String::from(
        "Status of every route for whoever asks: the roles of shop 1, the owner of shop 2, nobody.\n\
         403 is a role that may not, 404 a shop (or a thing in it) that is not there for him.\n\n",
    );
    for route in routes() {
        let url = route.url("1", None);
        let _ = write!(text, "{:<6} {}\n      ", route.method, route.path);
        for (role, sub) in USERS.iter().chain([&("stranger", STRANGER)]) {
            let answer = sent(route.request(&desk, Some(sub), &url)).await;
            let _ = write!(text, " {role} {}", answer.status().as_u16());
        }
        let nobody = sent(route.request(&desk, None, &url)).await;
        let _ = writeln!(text, " nobody {}", nobody.status().as_u16());
        assert_eq!(
            nobody.status() == 401,
            route.is_api(),
            "{} {}",
            route.method,
            route.path
        );
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden/routes.txt");
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(&path, &text).expect("the golden can be written");
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        golden == text,
        "{} differs; UPDATE_GOLDENS=1 accepts this:\n{text}",
        path.display()
    );
}

/// C5: a shop of somebody else is told in the words of a shop that does not exist, by every route and method.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c5_a_foreign_shop_is_an_unknown_shop() {
    let desk = desk("c5").await;
    for route in routes()
        .iter()
        .filter(|route| route.is_api() && route.is_of_shop())
    {
        let mut told = Vec::new();
        for shop in ["1", "99"] {
            let answer = sent(route.request(&desk, Some(STRANGER), &route.url(shop, None))).await;
            assert_eq!(
                answer.status(),
                404,
                "{} {} of shop {shop}",
                route.method,
                route.path
            );
            let mut problem = problem(answer).await;
            problem["instance"] = Value::Null;
            told.push(problem);
        }
        assert_eq!(told[0], told[1], "{} {}", route.method, route.path);
    }
}

/// C3, C6: whatever a parameter holds, nothing of ours breaks and nothing of the database is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c3_hostile_parameters_are_answered() {
    let desk = desk("c3").await;
    let long = "9".repeat(3000);
    let hostile = [
        "'",
        "\"",
        "1' or '1'='1",
        "1; drop table warehouse.shops; --",
        "$1",
        "$$",
        "%27",
        "%",
        "_",
        "\\",
        "/*",
        "--",
        "\u{0}",
        "\n",
        "null",
        "undefined",
        "NaN",
        "infinity",
        "-infinity",
        "now",
        "today",
        "epoch",
        "-1",
        "0",
        "1e9",
        "9223372036854775808",
        "0x1",
        "1.5",
        " 1",
        "true",
        "[]",
        "{}",
        "$.a ? (@ > 1)",
        "../../etc/passwd",
        "\u{202e}",
        "é",
        "😀",
        "shop_id",
        "2026-02-30",
        "0000-00-00",
        "9999-12-31",
        &long,
    ];
    for route in routes().iter().filter(|route| route.is_api()) {
        for (name, place, ..) in &route.parameters {
            for value in hostile {
                // What a client or a router resolves by itself is another path, not a value.
                if place == "path" && (value.contains('/') || value.is_empty()) {
                    continue;
                }
                let url = route.url("1", Some((name, value)));
                let answer = sent(route.request(&desk, Some(user("owner")), &url)).await;
                let status = answer.status();
                assert!(
                    !status.is_server_error(),
                    "{} {name}={value:?}: {status}",
                    route.path
                );
                if status.is_client_error() {
                    problem(answer).await;
                }
            }
        }
        // Unknown, repeated.
        for extra in [
            "unknown=1",
            "shop_id=2&shop_id=1",
            "limit=5&limit=6",
            "cursor=x&cursor=y",
            "role=owner",
        ] {
            let url = route.url("1", None);
            let joint = if url.contains('?') { '&' } else { '?' };
            let answer =
                sent(route.request(&desk, Some(user("owner")), &format!("{url}{joint}{extra}")))
                    .await;
            assert!(!answer.status().is_server_error(), "{url} {extra}");
        }
    }
    let client = desk.db.client().await.expect("a client");
    let shops: i64 = client
        .query_one("select count(*) from warehouse.shops", &[])
        .await
        .expect("a count")
        .get(0);
    assert_eq!(shops, 2);
}

/// Headers that proxies and other products believe in change nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c5_headers_do_not_choose_a_shop_or_a_user() {
    let desk = desk("c5_headers").await;
    for (name, value) in [
        ("x-shop-id", "1"),
        ("x-shop", "1"),
        ("x-tenant", "1"),
        ("x-forwarded-user", user("owner")),
        ("x-user-id", user("owner")),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-original-url", "/api/v1/shops/2/tasks"),
        ("x-http-method-override", "POST"),
        ("x-role", "owner"),
    ] {
        let stranger = desk
            .get_as(STRANGER, "/api/v1/shops/1/tasks")
            .header(name, value);
        assert_eq!(sent(stranger).await.status(), 404, "{name}");
        let nobody = desk.client.get(desk.url("/api/v1/me")).header(name, value);
        assert_eq!(sent(nobody).await.status(), 401, "{name}");
    }
}

/// A route asks its question in one statement, two where it needs to, whatever the number of rows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_route_asks_in_a_loop() {
    let desk = desk("loops").await;
    for route in routes()
        .iter()
        .filter(|r| r.method == Method::GET && r.is_api() && !r.path.ends_with("/live"))
    {
        let url = route.url("1", None);
        // The first request also finds out whether the user was signed out.
        drop(sent(route.request(&desk, Some(user("owner")), &url)).await);
        let before = desk.door.statements();
        drop(sent(route.request(&desk, Some(user("owner")), &url)).await);
        let asked = desk.door.statements() - before;
        assert!(asked <= 2, "{} asks {asked} statements", route.path);
    }
}
