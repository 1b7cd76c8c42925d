//! The vendor's API for a [`World`], as fast as a loopback socket goes: bodies are rendered beforehand, pages are
//! found by binary search. It knows no limits and no faults; that is the simulator's part, not a benchmark's.

use crate::world::{Entry, World};
use anyhow::Context as _;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The most rows the vendor puts on a page.
const PAGE_LIMIT: usize = 100;

/// A vendor on a loopback port; it lives as long as the process.
#[derive(Clone)]
pub struct VendorServer {
    world: Arc<RwLock<World>>,
    address: SocketAddr,
}

type Parameters = Query<HashMap<String, String>>;

impl VendorServer {
    /// Starts on a thread of its own, so that serving does not wait for what is measured.
    pub fn start(world: World) -> anyhow::Result<Self> {
        let listener =
            std::net::TcpListener::bind(("127.0.0.1", 0)).context("bind a loopback port")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let world = Arc::new(RwLock::new(world));
        let router = router(Arc::clone(&world));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        std::thread::spawn(move || {
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, router).await
            })
        });
        Ok(Self { world, address })
    }

    /// Scheme and host.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The data.
    pub fn world(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The data, to change it.
    pub fn world_mut(&self) -> RwLockWriteGuard<'_, World> {
        self.world.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn router(world: Arc<RwLock<World>>) -> Router {
    let token = || async {
        json(r#"{"access_token":"bench","token_type":"bearer","scope":"1"}"#.to_owned())
    };
    let shops = || async {
        json(r#"[{"id":1,"name":"Bench","nickname":"","phone":null,"email":null,"website":null,"address":null,"roCustomLabelEnabled":false}]"#.to_owned())
    };
    Router::new()
        .route("/api/v1/oauth/token", post(token))
        .route("/api/v1/shops", get(shops))
        .route("/api/v1/employees", get(employees))
        .route("/api/v1/customers", get(customers))
        .route("/api/v1/vehicles", get(vehicles))
        .route("/api/v1/repair-orders", get(repair_orders))
        .fallback(async || StatusCode::NOT_FOUND)
        .with_state(world)
}

type Shared = State<Arc<RwLock<World>>>;

async fn employees(State(world): Shared, Query(parameters): Parameters) -> Response {
    let world = world.read().unwrap_or_else(PoisonError::into_inner);
    people(&world.people.employees, &parameters)
}

async fn customers(State(world): Shared, Query(parameters): Parameters) -> Response {
    let world = world.read().unwrap_or_else(PoisonError::into_inner);
    people(&world.people.customers, &parameters)
}

async fn vehicles(State(world): Shared, Query(parameters): Parameters) -> Response {
    let world = world.read().unwrap_or_else(PoisonError::into_inner);
    people(&world.people.vehicles, &parameters)
}

/// People never change here: every filter on changes finds nobody.
fn people(rows: &[String], parameters: &HashMap<String, String>) -> Response {
    let filtered = ["updatedDateStart", "deletedDateStart"]
        .iter()
        .any(|name| parameters.contains_key(*name));
    let rows = if filtered { &[] } else { rows };
    let window = Window::of(parameters, rows.len());
    let page = rows[window.from..window.to].iter().map(String::as_str);
    json(window.page(page))
}

async fn repair_orders(State(world): Shared, Query(parameters): Parameters) -> Response {
    let world = world.read().unwrap_or_else(PoisonError::into_inner);
    let entries = &world.entries;
    let instant = |name: &str| parameters.get(name).and_then(|text| seconds(text));
    // Deleted rows are asked for alone; every other filter is ignored then, as the vendor does.
    if let Some(since) = instant("deletedDateStart") {
        let rows = entries.iter().filter(|entry| entry.deleted >= Some(since));
        return listed(&rows.collect::<Vec<_>>(), &parameters);
    }
    let from = instant("start").map_or(0, |at| entries.partition_point(|e| e.created < at));
    let to = instant("end").map_or(entries.len(), |at| {
        entries.partition_point(|e| e.created <= at)
    });
    let range = &entries[from..to.max(from)];
    if let Some(since) = instant("updatedDateStart") {
        let rows = range.iter().filter(|entry| entry.updated >= Some(since));
        return listed(&rows.collect::<Vec<_>>(), &parameters);
    }
    let window = Window::of(&parameters, range.len());
    let descending = parameters.get("sortDirection").is_some_and(|d| d == "DESC");
    if descending {
        let rows = range
            .iter()
            .rev()
            .skip(window.from)
            .take(window.to - window.from);
        return json(window.page(rows.map(|entry| entry.body.as_str())));
    }
    let rows = range[window.from..window.to].iter();
    json(window.page(rows.map(|entry| entry.body.as_str())))
}

fn listed(rows: &[&Entry], parameters: &HashMap<String, String>) -> Response {
    let window = Window::of(parameters, rows.len());
    let page = rows[window.from..window.to].iter();
    json(window.page(page.map(|entry| entry.body.as_str())))
}

/// A page of a list.
struct Window {
    from: usize,
    to: usize,
    page: usize,
    size: usize,
    total: usize,
}

impl Window {
    fn of(parameters: &HashMap<String, String>, total: usize) -> Self {
        let number = |name: &str| parameters.get(name).and_then(|text| text.parse().ok());
        let size = number("size").unwrap_or(10).clamp(1, PAGE_LIMIT);
        let page: usize = number("page").unwrap_or(0);
        let from = (page * size).min(total);
        Self {
            from,
            to: (from + size).min(total),
            page,
            size,
            total,
        }
    }

    fn page<'a>(&self, rows: impl Iterator<Item = &'a str>) -> String {
        let pages = self.total.div_ceil(self.size);
        let mut out = String::with_capacity(9_000 * (self.to - self.from) + 512);
        out.push_str("{\"content\":[");
        for (at, row) in rows.enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(row);
        }
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "],\"totalPages\":{pages},\"totalElements\":{},\"last\":{},\"size\":{},\"number\":{},\"first\":{},\
             \"numberOfElements\":{},\"empty\":{}}}",
            self.total,
            self.page + 1 >= pages,
            self.size,
            self.page,
            self.page == 0,
            self.to - self.from,
            self.from == self.to,
        );
        out
    }
}

fn seconds(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_second)
}

fn json(body: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
