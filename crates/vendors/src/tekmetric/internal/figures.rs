//! The figures of the two answers. Numbers come as `465`, `465.0` or `"465.0"` (quirk B-1), a margin as `"NaN"`
//! (B-36), shares as fractions here and as percents there (B-37): only amounts of money are read.

use crate::page::VendorProfit;
use crate::tekmetric::wire::{Read, Wire};
use domain::Cents;

/// `profit/labor`: authorized work, before fees, discounts and tax.
pub(super) fn report(body: &str) -> Option<VendorProfit> {
    let read = || -> Read<Option<VendorProfit>> {
        let mut wire = Wire::new(body);
        let (mut total, mut labor) = (None, None);
        if wire.object("profit")? {
            while let Some(key) = wire.key()? {
                match key {
                    "totalProfit" => total = block(&mut wire)?,
                    "laborProfit" => labor = block(&mut wire)?,
                    _ => wire.ignore()?,
                }
            }
        }
        Ok(total.map(|total| VendorProfit {
            labor_cost: labor.map(|labor| labor.cost),
            ..total
        }))
    };
    read().ok().flatten()
}

/// One block of the report; none where an amount is missing.
fn block(wire: &mut Wire<'_>) -> Read<Option<VendorProfit>> {
    let (mut retail, mut cost, mut profit) = (None, None, None);
    if wire.object("totalProfit")? {
        while let Some(key) = wire.key()? {
            match key {
                "retail" => retail = wire.cents(key)?,
                "cost" => cost = wire.cents(key)?,
                "profit" => profit = wire.cents(key)?,
                _ => wire.ignore()?,
            }
        }
    }
    let all = retail.zip(cost).zip(profit);
    Ok(all.map(|((retail, cost), profit)| VendorProfit {
        retail,
        cost,
        profit,
        labor_cost: None,
    }))
}

/// `estimate`: every job with its own profit, of which the authorized ones count. The estimate's totals hold tax and
/// are often null (quirks B-5, B-64), so they are not looked at.
pub(super) fn estimate(body: &str) -> Option<VendorProfit> {
    let read = || -> Read<Option<VendorProfit>> {
        let mut wire = Wire::new(body);
        let mut sum: Option<VendorProfit> = None;
        if !wire.object("estimate")? {
            return Ok(None);
        }
        while let Some(key) = wire.key()? {
            if key != "jobs" {
                wire.ignore()?;
                continue;
            }
            if !wire.array(key)? {
                continue;
            }
            while wire.item()? {
                if let Some(job) = estimated_job(&mut wire)? {
                    let before = sum.map_or((Cents::ZERO, Cents::ZERO), |s| (s.retail, s.profit));
                    let (retail, profit) = (before.0 + job.0, before.1 + job.1);
                    sum = Some(VendorProfit {
                        retail,
                        cost: retail - profit,
                        profit,
                        labor_cost: None,
                    });
                }
            }
        }
        Ok(sum)
    };
    read().ok().flatten()
}

/// Sales and profit of an authorized job, without its fees and discounts; none for any other job.
fn estimated_job(wire: &mut Wire<'_>) -> Read<Option<(Cents, Cents)>> {
    if !wire.object("jobs[]")? {
        return Ok(None);
    }
    let (mut authorized, mut sales, mut extra) = (false, Cents::ZERO, Cents::ZERO);
    let mut profit = None;
    while let Some(key) = wire.key()? {
        match key {
            "authorized" => authorized = wire.flag(key)? == Some(true),
            "partsPrice" | "laborPrice" | "subletPrice" => {
                sales += wire.cents(key)?.unwrap_or_default();
            }
            "feePrice" => extra += wire.cents(key)?.unwrap_or_default(),
            "discount" => extra = extra - wire.cents(key)?.unwrap_or_default(),
            "grossProfitAmount" => profit = wire.cents(key)?,
            _ => wire.ignore()?,
        }
    }
    Ok(profit
        .filter(|_| authorized)
        .map(|profit| (sales, profit - extra)))
}

#[cfg(test)]
mod tests {
    use super::{estimate, report};
    use crate::page::VendorProfit;
    use domain::Cents;

    fn of(retail: i64, cost: i64, profit: i64, labor_cost: Option<i64>) -> Option<VendorProfit> {
        Some(VendorProfit {
            retail: Cents(retail),
            cost: Cents(cost),
            profit: Cents(profit),
            labor_cost: labor_cost.map(Cents),
        })
    }

    #[test]
    fn b1_b36_the_report_is_read_whatever_its_numbers_look_like() {
        let body = r#"{"labor":[{"name":"Oil","rate":16500,"hours":0.5,"margin":"NaN"}],
            "laborProfit":{"hours":0.5,"retail":8250,"cost":"1488.0","profit":6762.0,"margin":0.8196},
            "totalProfit":{"retail":15067.0,"cost":4566,"profit":"10501","margin":"NaN"}}"#;
        assert_eq!(report(body), of(15_067, 4_566, 10_501, Some(1_488)));
    }

    #[test]
    fn b36_a_report_without_figures_is_none() {
        for body in [
            "{}",
            r#"{"totalProfit":null}"#,
            r#"{"totalProfit":{"retail":1,"cost":2,"profit":"NaN"}}"#,
            r#"{"totalProfit":{"retail":1.5,"cost":2,"profit":3}}"#,
        ] {
            assert_eq!(report(body), None, "{body}");
        }
    }

    #[test]
    fn b5_b7_b37_the_estimate_counts_authorized_jobs_before_fees_and_discounts() {
        let body = r#"{"id":1,"total":"20011.0","subtotal":null,"tax":null,"taxes":3124,"taxRate":0.0675,
            "jobs":[{"authorized":true,"partsPrice":6817.0,"laborPrice":8250,"subletPrice":0,"feePrice":350,
              "discount":100,"grossProfitAmount":10751,"grossProfitPercentage":0.7038,"parts":[{"name":"Oil"}]},
             {"authorized":false,"partsPrice":900,"laborPrice":0,"grossProfitAmount":500},
             {"authorized":null,"partsPrice":900,"laborPrice":0,"grossProfitAmount":500}]}"#;
        assert_eq!(estimate(body), of(15_067, 4_566, 10_501, None));
        assert_eq!(estimate(r#"{"jobs":null}"#), None);
    }
}
