//! `pitwall verify`

use crate::cli::VerifyArgs;
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use crate::warehouse::{self, Warehouse};
use serde_json::{Value, json};
use store::Database;
use store::summary::StoredShop;
use store::verify::{self, Finding};

pub(super) async fn run(args: &VerifyArgs, context: &Context) -> Result<Exit, Failure> {
    let warehouse = Warehouse::open_current(context).await?;
    let shops = warehouse::stored_shops(&warehouse.database, &context.settings, &args.shop).await?;
    let verified = check(&warehouse.database, &shops).await?;
    context
        .output
        .answer(&verified.document(), || verified.words());
    warehouse.close().await?;
    Ok(verified.exit())
}

/// What the checks found, shop by shop.
pub(crate) struct Verified {
    shops: Vec<(StoredShop, Vec<Finding>)>,
}

/// Runs every check on every shop.
pub(crate) async fn check(database: &Database, shops: &[StoredShop]) -> Result<Verified, Failure> {
    let mut found = Vec::with_capacity(shops.len());
    for shop in shops {
        found.push((shop.clone(), verify::run(database, shop.shop_id).await?));
    }
    Ok(Verified { shops: found })
}

impl Verified {
    fn broken(&self) -> impl Iterator<Item = (&StoredShop, &Finding)> {
        self.shops
            .iter()
            .flat_map(|(shop, findings)| findings.iter().map(move |finding| (shop, finding)))
            .filter(|(_, finding)| !finding.holds())
    }

    /// 0 when everything holds, else 4.
    pub(crate) fn exit(&self) -> Exit {
        if self.broken().next().is_none() {
            Exit::Done
        } else {
            Exit::Gate
        }
    }

    /// One line for the good case, else each broken check with its keys.
    pub(crate) fn summary(&self) -> String {
        let checks = verify::checks().count();
        let broken = self.broken().count();
        if broken == 0 {
            return format!(
                "verified: {checks} checks hold in {} shops",
                self.shops.len()
            );
        }
        format!(
            "verify: {broken} checks do not hold\n{}",
            self.broken_words()
        )
    }

    fn broken_words(&self) -> String {
        let mut text = String::new();
        for (shop, finding) in self.broken() {
            let check = finding.check;
            text.push_str(&format!(
                "\nFAILED {} {} in shop {} ({}): {}\n  {} found\n",
                check.invariant,
                check.name,
                shop.shop_id,
                shop.name,
                check.statement,
                finding.count
            ));
            for (key, fault) in &finding.keys {
                text.push_str(&format!("  {key}: {fault}\n"));
            }
            let named = i64::try_from(finding.keys.len()).unwrap_or(i64::MAX);
            if finding.count > named {
                text.push_str(&format!("  and {} more\n", finding.count - named));
            }
        }
        text
    }

    fn words(&self) -> String {
        let mut text = String::new();
        for check in verify::checks() {
            let failed = self
                .broken()
                .filter(|(_, f)| f.check.name == check.name)
                .count();
            let word = if failed == 0 { "ok    " } else { "FAILED" };
            text.push_str(&format!(
                "{word} {:<4} {}: {}\n",
                check.invariant, check.name, check.statement
            ));
        }
        text.push_str(&format!("\n{}", self.summary()));
        text
    }

    pub(crate) fn document(&self) -> Value {
        let shops = self.shops.iter().map(|(shop, findings)| {
            let checks = findings.iter().map(|finding| {
                json!({
                    "name": finding.check.name,
                    "invariant": finding.check.invariant,
                    "statement": finding.check.statement,
                    "holds": finding.holds(),
                    "count": finding.count,
                    "keys": finding.keys.iter().map(|(key, fault)| json!({ "key": key, "fault": fault })).collect::<Vec<_>>(),
                })
            });
            json!({ "shop_id": shop.shop_id, "name": shop.name, "checks": checks.collect::<Vec<_>>() })
        });
        json!({
            "schema": "pitwall.verify/1",
            "holds": self.broken().next().is_none(),
            "shops": shops.collect::<Vec<_>>(),
        })
    }
}
