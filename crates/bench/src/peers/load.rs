//! Loaders that a user would take instead, reading the same pages into a database of their own.

use crate::goal::{Bound, Goal};
use crate::load::Bench;
use crate::report::Report;

/// Name, script, further argument, and the goal of G1 on the first load.
const PEERS: [(&str, &str, Option<&str>, f64); 3] = [
    ("psycopg_copy_upsert", "psycopg_copy.py", None, 4.0),
    ("dlt_arrow_upsert", "dlt_load.py", Some("arrow"), 6.0),
    ("dlt_nested", "dlt_load.py", Some("nested"), 20.0),
];

/// Measures each peer once; they are slower by so much that rounds would change nothing.
pub async fn run(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    for (variant, script, argument, least) in PEERS {
        eprintln!("{variant}");
        let name = bench.server.create_bare(variant, "").await?;
        let url = bench.server.url_of(&name);
        let base_url = bench.vendor.base_url();
        let mut arguments = vec![base_url.as_str(), url.as_str()];
        arguments.extend(argument);
        let answers = super::script(script, &arguments).await;
        bench.server.drop_name(&name).await?;
        for answer in answers? {
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
            bound: Bound::AtLeast(least),
            unit: "× faster",
        });
    }
    Ok(())
}
