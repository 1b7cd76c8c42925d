//! How many statements a route sends: one, however many rows it answers with. Counted on the wire, between the API and
//! the database.

use crate::desk::{Desk, NOW};
use domain::ShopId;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::door::{Door, DoorSettings};
use testkit::{loaded, worlds};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy, split};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// Statements executed, the beginnings and ends of transactions left out.
type Count = Arc<AtomicUsize>;

/// A connection to the database, over TCP or a socket of the machine.
trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl Wire for TcpStream {}
impl Wire for UnixStream {}

/// Connects to host and port as they stand in a database's address; a directory stands there with `%2F` for slashes.
async fn dial(server: &str) -> Box<dyn Wire> {
    let Some((directory, port)) = server.split_once(':').filter(|_| server.starts_with("%2F"))
    else {
        return Box::new(TcpStream::connect(server).await.expect("the server"));
    };
    let socket = format!("{}/.s.PGSQL.{port}", directory.replace("%2F", "/"));
    Box::new(UnixStream::connect(socket).await.expect("the server"))
}

/// Hands everything on to `server` and counts what is executed; gives its own address.
async fn counting(server: String, count: Count) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = dial(&server).await;
            let (from_client, mut to_client) = client.into_split();
            let (mut from_server, to_server) = split(server);
            tokio::spawn(async move { copy(&mut from_server, &mut to_client).await });
            tokio::spawn(forward(from_client, to_server, Arc::clone(&count)));
        }
    });
    address
}

/// Reads messages of the frontend protocol: one without a type first, then a type and a length each.
async fn forward(mut from: OwnedReadHalf, mut to: impl AsyncWrite + Unpin, count: Count) {
    let mut is_first = true;
    loop {
        let mut head = Vec::new();
        if !is_first {
            let Ok(kind) = from.read_u8().await else {
                return;
            };
            head.push(kind);
            if kind == b'E' {
                count.fetch_add(1, Ordering::SeqCst);
            }
        }
        let Ok(length) = from.read_u32().await else {
            return;
        };
        head.extend_from_slice(&length.to_be_bytes());
        let mut body = vec![0; usize::try_from(length).expect("a length") - 4];
        if from.read_exact(&mut body).await.is_err() {
            return;
        }
        head.extend_from_slice(&body);
        if to.write_all(&head).await.is_err() {
            return;
        }
        is_first = false;
    }
}

async fn counted_desk(name: &str, count: &Count) -> Desk {
    let mut desk = Desk::open(name).await;
    loaded::fill(&desk.db, ShopId(1), NOW, &worlds::g13()).await;
    let url = desk.db.url_as("pitwall_api");
    let server = url
        .split_once('@')
        .and_then(|(_, rest)| rest.split('/').next())
        .expect("a host and port")
        .to_owned();
    let through = counting(server.clone(), Arc::clone(count)).await;
    desk.door = Door::open(&DoorSettings {
        pool_size: 1,
        ..DoorSettings::new(url.replace(&server, &through))
    })
    .await
    .expect("a door");
    desk.base = desk.serve_again().await;
    desk
}

const JULY: &str = "start_date=2026-07-01&end_date=2026-07-31";

#[tokio::test]
async fn a_route_sends_one_statement() {
    let count = Count::default();
    let desk = counted_desk("routes_statements", &count).await;
    let shop = |path: &str| format!("/api/v1/shops/1/{path}");
    let mut paths: Vec<(String, usize)> = [
        format!("kpi/summary?{JULY}&compare=previous_year"),
        "kpi/summary?range=mtd".to_owned(),
        format!("kpi/daily?{JULY}"),
        format!("kpi/sold?{JULY}"),
        format!("kpi/compare?{JULY}"),
        format!("kpi/warranty?{JULY}"),
        format!("advisors?{JULY}"),
        format!("advisors/5102?{JULY}"),
        format!("techs?{JULY}"),
        format!("ros?{JULY}"),
        format!("ros?{JULY}&limit=1"),
        format!("ros?{JULY}&sort_by=profit"),
        "ros?basis=all".to_owned(),
        "ros/310045001".to_owned(),
        "wip".to_owned(),
        "audit?date=2026-07-10".to_owned(),
        "issues".to_owned(),
        "issues/summary".to_owned(),
        "trends/wow".to_owned(),
        "trends/rolling".to_owned(),
        "trends/forecast".to_owned(),
        "trends/category-trends".to_owned(),
        "goals".to_owned(),
        "alerts".to_owned(),
        "sync/status".to_owned(),
        format!("export/ros?{JULY}"),
        format!("export/daily?{JULY}&format=parquet"),
    ]
    .iter()
    .map(|path| (shop(path), 1))
    .collect();
    // Whether the caller may see rates at all is asked first, to say no in words.
    paths.push((shop("cost-rates"), 2));
    paths.extend(["shops", "kpi/shops", "ops/summary"].map(|path| (format!("/api/v1/{path}"), 1)));
    paths.push(("/api/v1/metrics".to_owned(), 0));
    for (path, expected) in paths {
        // The first request prepares.
        let first = desk.get("owner", &path).await;
        assert_eq!(first.status(), 200, "{path}");
        first.bytes().await.expect("a body");
        count.store(0, Ordering::SeqCst);
        let second = desk.get("owner", &path).await;
        second.bytes().await.expect("a body");
        assert_eq!(count.load(Ordering::SeqCst), expected, "{path}");
    }
}
