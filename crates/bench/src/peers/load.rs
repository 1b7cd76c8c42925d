//! Loaders that a user would take instead, reading the same pages into a database of their own.

use crate::goal::{Bound, Goal};
use crate::load::{Bench, equal};
use crate::report::Report;

/// A loader.
struct Peer {
    name: &'static str,
    script: &'static str,
    argument: Option<&'static str>,
    /// Where it leaves our seven tables; the nested one names and cuts its tables otherwise.
    schema: Option<&'static str>,
    /// The goal of G1 on the first load.
    least: f64,
}

const PEERS: [Peer; 3] = [
    Peer {
        name: "psycopg_copy_upsert",
        script: "psycopg_copy.py",
        argument: None,
        schema: Some("public"),
        least: 4.0,
    },
    Peer {
        name: "dlt_arrow_upsert",
        script: "dlt_load.py",
        argument: Some("arrow"),
        schema: Some("vendor"),
        least: 6.0,
    },
    Peer {
        name: "dlt_nested",
        script: "dlt_load.py",
        argument: Some("nested"),
        schema: None,
        least: 20.0,
    },
];

/// The tables of `peers/pages.py`.
const TABLES: [&str; 7] = [
    "orders",
    "jobs",
    "parts",
    "labor",
    "fees",
    "discounts",
    "sublets",
];

/// Measures each peer once; they are slower by so much that rounds would change nothing.
pub async fn run(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    for peer in PEERS {
        let variant = peer.name;
        eprintln!("{variant}");
        let name = bench.server.create_bare(variant, "").await?;
        let measured = run_peer(bench, &peer, &name).await;
        bench.server.drop_name(&name).await?;
        for answer in measured? {
            let test = match answer.pass.as_str() {
                "first" => "first_load",
                _ => "identical_again",
            };
            report.add(answer.figure(test.to_owned(), variant))?;
        }
        let product = report.secs("first_load", "product").median;
        report.goal(Goal {
            id: "G1",
            what: format!("first load against {variant}"),
            value: report.secs("first_load", variant).median / product,
            bound: Bound::AtLeast(peer.least),
            unit: "× faster",
        });
    }
    Ok(())
}

async fn run_peer(bench: &Bench, peer: &Peer, name: &str) -> anyhow::Result<Vec<super::Answer>> {
    let url = bench.server.url_of(name);
    let base_url = bench.vendor.base_url();
    let mut arguments = vec![base_url.as_str(), url.as_str()];
    arguments.extend(peer.argument);
    let answers = super::script(peer.script, &arguments).await?;
    let wanted = bench.vendor.world().tally().total_rows();
    for answer in &answers {
        equal("rows a peer read", &answer.rows, &wanted)?;
    }
    if let Some(schema) = peer.schema {
        let client = bench.server.client_of(name).await?;
        let mut rows = 0;
        for table in TABLES {
            let count = format!("select count(*) from {schema}.{table}");
            let row = client.query_one(&count, &[]).await?;
            rows += u64::try_from(row.get::<_, i64>(0))?;
        }
        equal("rows a peer left", &rows, &wanted)?;
    }
    Ok(answers)
}
