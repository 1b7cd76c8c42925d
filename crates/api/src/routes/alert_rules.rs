//! The rules that raise alerts: what a shop has of them, and what it wants otherwise.

use super::goals::is_plain_decimal;
use crate::App;
use crate::answer::{PlainAnswer, ShopAnswer};
use crate::ask::{AtShop, Body, Managed, Query, Write};
use crate::error::Problem;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::read::alert_rules::{AlertRule, AlertRules, DeleteAlertRule, PutAlertRule};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(rules, put_rule, delete_rule))
}

/// A rule's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RuleName {
    /// Gross profit of a day in percent of sales is low.
    GpLow,
    /// It falls from day to day.
    GpFalling,
    /// The last whole week lies below the week before.
    GpWeekDrop,
    /// It lies above.
    GpWeekRise,
    /// The month so far lies below its goal.
    GpUnderGoal,
    /// Parts were sold without a cost.
    ZeroCostParts,
    /// Vehicles are past their promised time.
    PromisedLate,
    /// The orders were last read long ago.
    SyncStale,
    /// Many data-quality issues appeared at once.
    IssueBurst,
}

impl RuleName {
    const fn as_str(self) -> &'static str {
        match self {
            Self::GpLow => "gp_low",
            Self::GpFalling => "gp_falling",
            Self::GpWeekDrop => "gp_week_drop",
            Self::GpWeekRise => "gp_week_rise",
            Self::GpUnderGoal => "gp_under_goal",
            Self::ZeroCostParts => "zero_cost_parts",
            Self::PromisedLate => "promised_late",
            Self::SyncStale => "sync_stale",
            Self::IssueBurst => "issue_burst",
        }
    }
}

/// A rule as it stands in the shop.
#[derive(Serialize, ToSchema)]
struct RuleTold {
    /// Its name.
    rule: String,
    /// What it finds.
    description: String,
    /// Unit of threshold and critical.
    unit: String,
    /// Where it begins (decimal text in the unit).
    threshold: String,
    /// Where it becomes critical (decimal text in the unit); null for never.
    critical: Option<String>,
    /// Whether it is looked at.
    is_enabled: bool,
    /// Whether the shop has set it.
    is_changed: bool,
    /// When the shop last set it.
    #[schema(value_type = Option<String>, format = DateTime)]
    updated_at: Option<Timestamp>,
}

impl From<AlertRule> for RuleTold {
    fn from(rule: AlertRule) -> Self {
        Self {
            rule: rule.rule,
            description: rule.description,
            unit: rule.unit,
            threshold: rule.threshold,
            critical: rule.critical,
            is_enabled: rule.is_enabled,
            is_changed: rule.is_changed,
            updated_at: rule.updated_at,
        }
    }
}

/// The rules that raise alerts in the shop
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/alert-rules",
    operation_id = "listAlertRules",
    tag = "alerts",
    params(("shop_id" = i64, Path, description = "The shop")),
    responses((status = 200, description = "The rules", body = ShopAnswer<Vec<RuleTold>>))
)]
async fn rules(at: AtShop) -> Result<ShopAnswer<Vec<RuleTold>>, Problem> {
    let reading = AlertRules {
        shop: at.shop,
        now: at.app.clock.now(),
    };
    let found = at.find(&reading).await?;
    let answer = at.of_shop(found, |rules| {
        rules.into_iter().map(RuleTold::from).collect()
    });
    Ok(answer.max_age(0))
}

/// A rule as the shop wants it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRule {
    /// Which.
    rule: RuleName,
    /// Where it begins (decimal text in the rule's unit).
    #[schema(pattern = "^[0-9]{1,12}(\\.[0-9]{1,4})?$")]
    threshold: String,
    /// Where it becomes critical (decimal text in the rule's unit); null or left out for never.
    #[schema(pattern = "^[0-9]{1,12}(\\.[0-9]{1,4})?$")]
    critical: Option<String>,
    /// Whether it is looked at; it is where this is left out.
    is_enabled: Option<bool>,
}

/// Which rule.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RuleQuery {
    /// Which.
    #[param(inline)]
    rule: RuleName,
}

/// What was written.
#[derive(Serialize, ToSchema)]
struct RuleWritten {
    /// The rule.
    rule: &'static str,
}

/// Sets a rule for the shop; for owners and managers
#[utoipa::path(
    put,
    path = "/shops/{shop_id}/alert-rules",
    operation_id = "putAlertRule",
    tag = "alerts",
    params(("shop_id" = i64, Path, description = "The shop")),
    request_body = NewRule,
    responses((status = 200, description = "It is set", body = PlainAnswer<RuleWritten>))
)]
async fn put_rule(
    at: Managed<Write>,
    Body(rule): Body<NewRule>,
) -> Result<PlainAnswer<RuleWritten>, Problem> {
    let figures = [
        ("threshold", Some(&rule.threshold)),
        ("critical", rule.critical.as_ref()),
    ];
    for (name, figure) in figures {
        let is_figure = figure.is_none_or(|text| is_plain_decimal(text) && !text.starts_with('-'));
        if !is_figure {
            return Err(Problem::parameter(
                name,
                "is a decimal text in the rule's unit, not below zero",
            ));
        }
    }
    let writing = PutAlertRule {
        shop: at.shop,
        rule: rule.rule.as_str(),
        threshold: rule.threshold,
        critical: rule.critical,
        is_enabled: rule.is_enabled.unwrap_or(true),
        now: at.app.clock.now(),
    };
    if !at.app.door.write(at.caller.user, &writing).await? {
        return Err(Problem::not_found());
    }
    Ok(at.plain(RuleWritten { rule: writing.rule }))
}

/// Takes back what the shop has set of a rule; for owners and managers
#[utoipa::path(
    delete,
    path = "/shops/{shop_id}/alert-rules",
    operation_id = "deleteAlertRule",
    tag = "alerts",
    params(("shop_id" = i64, Path, description = "The shop"), RuleQuery),
    responses((status = 204, description = "The rule is what it is for everybody"))
)]
async fn delete_rule(at: Managed<Write>, query: Query<RuleQuery>) -> Result<StatusCode, Problem> {
    let writing = DeleteAlertRule {
        shop: at.shop,
        rule: query.rule.as_str(),
    };
    if at.app.door.write(at.caller.user, &writing).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found())
    }
}
