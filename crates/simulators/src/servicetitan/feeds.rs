//! Export feeds: every change once, in order, with a token to go on from (reference/servicetitan.md A4).

use std::io::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::endpoints::Switch;
use super::endpoints::{Endpoint, Kind};
use super::lists;
use super::moment::Moment;
use super::params::{Answer, Params, Refusal};
use super::table::{Form, Listing};
use super::world::World;

/// How the vendor serves its feeds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FeedRules {
    /// Rows on a page; the reader has no say.
    pub(crate) page_rows: usize,
    /// Changes younger than so many seconds are shown to those only who ask for recent ones, and again later.
    pub(crate) lag_seconds: i64,
    /// Tokens made before the world changed so often are not known any more.
    pub(crate) tokens_void_below: usize,
}

/// Whether a feed hides inactive rows unless asked: two of the newer generation do (A4).
fn hides(kind: Kind) -> bool {
    matches!(kind, Kind::Appointments | Kind::Assignments)
}

/// Parameters that a feed knows.
pub(crate) fn parameters(kind: Kind) -> &'static [&'static str] {
    if hides(kind) {
        &["from", "includeRecentChanges", "active"]
    } else {
        &["from", "includeRecentChanges"]
    }
}

/// One page of a feed, as JSON.
pub(crate) fn page(
    world: &World,
    endpoint: &Endpoint,
    params: &Params,
    rules: FeedRules,
) -> Answer<Vec<u8>> {
    let table = world.listing(endpoint.kind);
    let changes = table.changes();
    let hides = hides(endpoint.kind) && !world.config.older_generation;
    let shown = if hides {
        lists::active(Switch::Active, params)?
    } else {
        None
    };
    let wanted = |position: &usize| {
        let row = changes[*position].1 as usize;
        table.is_newest(*position) && shown.is_none_or(|active| table.metas()[row].active == active)
    };
    let settled_before = world.now.plus(-rules.lag_seconds);
    let settled = if rules.lag_seconds == 0 {
        changes.len()
    } else {
        changes.partition_point(|(at, _)| *at <= settled_before)
    };
    let start = start(world, endpoint, (table, params), rules)?;
    let mut rows: Vec<usize> = (start..settled)
        .filter(wanted)
        .take(rules.page_rows + 1)
        .collect();
    let more = rows.len() > rules.page_rows;
    let next = if more {
        rows.pop().unwrap_or(settled)
    } else {
        settled.max(start)
    };
    if !more && params.flag("includeRecentChanges")? == Some(true) {
        rows.extend((settled.max(start)..changes.len()).filter(wanted));
    }
    let mut out = Vec::with_capacity(256 + rows.len() * 512);
    // Writing to a vector cannot fail.
    let _written = write!(
        out,
        "{{\"hasMore\":{more},\"continueFrom\":\"{}\",\"data\":",
        token(world, endpoint.kind, next)
    );
    let form = Form {
        feed: true,
        ..Form::LIST
    };
    let each = |out: &mut Vec<u8>, position: usize| {
        table.print(changes[position].1 as usize, form, world, out)
    };
    super::json::array(&mut out, rows, each);
    out.push(b'}');
    Ok(out)
}

/// Where the feed goes on: at a token's place, at a date, at the beginning of time.
fn start(
    world: &World,
    endpoint: &Endpoint,
    (table, params): (&dyn Listing, &Params),
    rules: FeedRules,
) -> Answer<usize> {
    let Some(from) = params.text("from") else {
        return Ok(0);
    };
    if let Some(at) = Moment::parse(from) {
        return Ok(table
            .changes()
            .partition_point(|(changed, _)| Moment::at(*changed) < at));
    }
    let unknown = || Refusal::BadRequest("from", "unknown continuation token".to_owned());
    let place = read_token(from, world, endpoint.kind).ok_or_else(unknown)?;
    if place > table.changes().len() || place < rules.tokens_void_below.min(table.changes().len()) {
        return Err(unknown());
    }
    Ok(place)
}

/// Long, and full of signs that a query must escape.
fn token(world: &World, kind: Kind, place: usize) -> String {
    let filler = "?>~".repeat(70);
    STANDARD.encode(format!(
        "{}|{kind:?}|{place}|{filler}",
        world.config.tenant_id
    ))
}

fn read_token(text: &str, world: &World, kind: Kind) -> Option<usize> {
    let plain = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
    let mut parts = plain.split('|');
    let tenant = parts.next()?.parse() == Ok(world.config.tenant_id);
    let same = parts.next()? == format!("{kind:?}");
    let place = parts.next()?.parse().ok()?;
    (tenant && same).then_some(place)
}
