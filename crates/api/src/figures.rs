//! The owner's figures of a shop over the summary's periods, and how they read.

use domain::decimal::SCALE;
use domain::metric::{CATALOGUE, Value};
use domain::period::Period;
use domain::ratio::div_round;
use domain::{Cents, ShopDay, ShopId, ShopZone};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use store::summary::{self, StoredShop};
use store::{Session, StoreError};

/// A shop's figures.
#[derive(Clone, Debug)]
pub struct ShopFigures {
    /// Our number.
    pub shop_id: ShopId,
    /// Name.
    pub name: String,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// IANA zone.
    pub timezone: String,
    /// Today in the shop.
    pub today: ShopDay,
    /// One entry a period of [`Period::SUMMARY`].
    pub periods: Vec<PeriodFigures>,
}

/// One period.
#[derive(Clone, Debug)]
pub struct PeriodFigures {
    /// Which.
    pub period: Period,
    /// First day.
    pub from: ShopDay,
    /// Last day.
    pub to: ShopDay,
    /// One value a metric of [`CATALOGUE`]; none where its base is zero.
    pub values: Vec<Option<Value>>,
}

/// Reads a shop's figures as they stand at `now`.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn read(
    session: &Session,
    shop: &StoredShop,
    now: Timestamp,
) -> Result<ShopFigures, StoreError> {
    // The zone was checked when the shop was configured; a row changed by hand falls back to UTC and is seen by doctor.
    let today = match ShopZone::new(&shop.timezone) {
        Ok(zone) => zone.day_of(now),
        Err(_) => now.to_zoned(jiff::tz::TimeZone::UTC).date(),
    };
    let mut periods = Vec::with_capacity(Period::SUMMARY.len());
    for period in Period::SUMMARY {
        let (from, to) = period.days(today);
        let sums = summary::period_sums(session, shop.shop_id, from, to).await?;
        let sum_of = |column: &str| sums.get(column).copied().unwrap_or(0);
        let values = CATALOGUE
            .iter()
            .map(|metric| metric.evaluate(sum_of))
            .collect();
        periods.push(PeriodFigures {
            period,
            from,
            to,
            values,
        });
    }
    Ok(ShopFigures {
        shop_id: shop.shop_id,
        name: shop.name.clone(),
        currency: shop.currency.clone(),
        timezone: shop.timezone.clone(),
        today,
        periods,
    })
}

/// A value as a person reads it: amounts with two decimals, hours with one, a dash where there is no base.
#[must_use]
pub fn shown(value: Option<Value>) -> String {
    match value {
        None => "–".to_owned(),
        Some(Value::Cents(cents)) => Cents(cents).to_string(),
        Some(Value::Percent(percent)) => format!("{percent} %"),
        Some(Value::Hours(hours)) => tenths(hours),
        Some(Value::Count(count)) => count.to_string(),
    }
}

fn tenths(ten_thousandths: i64) -> String {
    let tenths = div_round(i128::from(ten_thousandths), i128::from(SCALE / 10));
    let sign = if tenths < 0 { "-" } else { "" };
    format!(
        "{sign}{}.{}",
        tenths.unsigned_abs() / 10,
        tenths.unsigned_abs() % 10
    )
}

/// A shop's figures for machines: amounts in cents, percents and hours as decimal numbers.
#[must_use]
pub fn to_json(figures: &ShopFigures) -> Json {
    let periods = figures.periods.iter().map(|period| {
        let metrics = CATALOGUE.iter().zip(&period.values).map(|(metric, value)| {
            json!({
                "name": metric.name,
                "label": metric.label,
                "tag": metric.tag.as_str(),
                "unit": metric.unit.as_str(),
                "value": value.map(number),
            })
        });
        json!({
            "period": period.period.as_str(),
            "from": period.from,
            "to": period.to,
            "metrics": metrics.collect::<Vec<_>>(),
        })
    });
    json!({
        "shop_id": figures.shop_id,
        "name": figures.name,
        "currency": figures.currency,
        "timezone": figures.timezone,
        "today": figures.today,
        "periods": periods.collect::<Vec<_>>(),
    })
}

fn number(value: Value) -> Json {
    match value {
        Value::Cents(whole) | Value::Count(whole) => json!(whole),
        Value::Percent(percent) => decimal(&percent.to_string()),
        Value::Hours(hours) => decimal(&domain::Hours::from_ten_thousandths(hours).to_string()),
    }
}

fn decimal(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or(Json::Null)
}

#[cfg(test)]
mod tests {
    use super::shown;
    use domain::metric::Value;
    use domain::ratio::Percent;

    #[test]
    fn values_read_as_people_write_them() {
        assert_eq!(shown(Some(Value::Cents(123_456))), "1,234.56");
        assert_eq!(shown(Percent::of(1, 3).map(Value::Percent)), "33.33 %");
        assert_eq!(shown(Some(Value::Hours(123_450))), "12.3");
        assert_eq!(shown(Some(Value::Hours(-500))), "-0.1");
        assert_eq!(shown(Some(Value::Count(7))), "7");
        assert_eq!(shown(None), "–");
    }
}
