//! Lists: 1-based pages of whatever passes the filters (reference/servicetitan.md A3).

use std::io::Write as _;

use super::crm::application;
use super::endpoints::{Endpoint, Kind, Switch};
use super::moment::Moment;
use super::params::{Answer, Params, Refusal};
use super::table::{Form, Listing, Meta};
use super::world::World;

/// The most rows that a page may have.
const LARGEST_PAGE: usize = 5_000;

/// What every list takes, besides its switch, its filters and its order.
const EVERY_LIST: [&str; 8] = [
    "page",
    "pageSize",
    "includeTotal",
    "ids",
    "createdOnOrAfter",
    "createdBefore",
    "modifiedOnOrAfter",
    "modifiedBefore",
];

/// Parameters that a list knows.
pub(crate) fn parameters(endpoint: &Endpoint) -> Vec<&'static str> {
    let switch = match endpoint.switch {
        Switch::Active => Some("active"),
        Switch::ActiveState => Some("activeState"),
        Switch::IncludeInactive => Some("includeInactive"),
        Switch::ActiveOnly => Some("activeOnly"),
        Switch::None => None,
    };
    let order = sorts(endpoint.kind).then_some("sort");
    let own = endpoint.filters.iter().copied();
    EVERY_LIST
        .into_iter()
        .chain(switch)
        .chain(order)
        .chain(own)
        .collect()
}

/// Technicians come as they come (A3).
fn sorts(kind: Kind) -> bool {
    kind != Kind::Technicians
}

/// What of a list is asked for, whatever the kind.
struct Wanted<'a> {
    active: Option<bool>,
    ids: Option<Vec<i64>>,
    created: (Option<Moment>, Option<Moment>),
    modified: (Option<Moment>, Option<Moment>),
    filters: Vec<(&'a str, &'a str)>,
}

impl<'a> Wanted<'a> {
    fn new(endpoint: &Endpoint, params: &'a Params) -> Answer<Self> {
        let filters = endpoint
            .filters
            .iter()
            .filter_map(|name| Some((*name, params.text(name)?)));
        Ok(Self {
            active: active(endpoint.switch, params)?,
            ids: params.ids("ids")?,
            created: (
                params.moment("createdOnOrAfter")?,
                params.moment("createdBefore")?,
            ),
            modified: (
                params.moment("modifiedOnOrAfter")?,
                params.moment("modifiedBefore")?,
            ),
            filters: filters.collect(),
        })
    }

    fn passes(&self, meta: &Meta) -> bool {
        let within = |(start, end): (Option<Moment>, Option<Moment>), at: Moment| {
            start.is_none_or(|start| at >= start) && end.is_none_or(|end| at < end)
        };
        self.active.is_none_or(|active| meta.active == active)
            && self.ids.as_ref().is_none_or(|ids| ids.contains(&meta.id))
            && within(self.created, meta.created)
            && within(self.modified, meta.modified)
    }

    fn passes_filters(&self, (table, index): (&dyn Listing, usize), world: &World) -> bool {
        let mut filters = self.filters.iter();
        filters.all(|filter| table.matches(index, world, *filter).unwrap_or(true))
    }
}

/// Which rows the switch of a list shows; `None` for all.
pub(crate) fn active(switch: Switch, params: &Params) -> Answer<Option<bool>> {
    let unknown = |name| Err(Refusal::BadRequest(name, "unknown value".to_owned()));
    match switch {
        Switch::None => Ok(Some(true)),
        Switch::Active => match params
            .text("active")
            .unwrap_or("True")
            .to_lowercase()
            .as_str()
        {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            "any" => Ok(None),
            _ => unknown("active"),
        },
        Switch::ActiveState => match params.text("activeState").unwrap_or("ActiveOnly") {
            "ActiveOnly" => Ok(Some(true)),
            "InactiveOnly" => Ok(Some(false)),
            "All" => Ok(None),
            _ => unknown("activeState"),
        },
        Switch::IncludeInactive => {
            Ok((params.flag("includeInactive")? != Some(true)).then_some(true))
        }
        Switch::ActiveOnly => Ok((params.flag("activeOnly")? != Some(false)).then_some(true)),
    }
}

/// One page of a list, as JSON.
pub(crate) fn page(world: &World, endpoint: &Endpoint, params: &Params) -> Answer<Vec<u8>> {
    let contacts = matches!(
        endpoint.kind,
        Kind::CustomerContacts | Kind::LocationContacts
    );
    let given = [
        "customerIds",
        "locationIds",
        "modifiedOnOrAfter",
        "modifiedBefore",
    ];
    if contacts && !given.iter().any(|name| params.text(name).is_some()) {
        let message = "owner ids or a span of modification is required".to_owned();
        return Err(Refusal::BadRequest(endpoint.filters[0], message));
    }
    let (number, size) = place(params)?;
    let table = world.listing(endpoint.kind);
    let wanted = Wanted::new(endpoint, params)?;
    let mut rows: Vec<usize> = (0..table.metas().len())
        .filter(|index| wanted.passes(&table.metas()[*index]))
        .filter(|index| wanted.filters.is_empty() || wanted.passes_filters((table, *index), world))
        .collect();
    let order = params.text("sort").filter(|_| sorts(endpoint.kind));
    sort(table, order, &mut rows)?;
    let form = Form {
        feed: false,
        application: params.text("externalDataApplicationGuid").map(application),
        with_billing: params.flag("includeDurationBilling")? == Some(true),
    };
    let from = (number - 1).saturating_mul(size).min(rows.len());
    let until = (from + size).min(rows.len());
    let total = (params.flag("includeTotal")? == Some(true)).then_some(rows.len());
    let more = until < rows.len();
    let mut out = envelope((number, size), more, total);
    let each = |out: &mut Vec<u8>, index: &usize| table.print(*index, form, world, out);
    super::json::array(&mut out, &rows[from..until], each);
    out.push(b'}');
    Ok(out)
}

/// Number and size of the page that is asked for.
pub(crate) fn place(params: &Params) -> Answer<(usize, usize)> {
    let number = params.int("page")?.unwrap_or(1);
    let size = params.int("pageSize")?.unwrap_or(50);
    let number = usize::try_from(number).ok().filter(|number| *number > 0);
    let size = usize::try_from(size)
        .ok()
        .filter(|size| (1..=LARGEST_PAGE).contains(size));
    let number =
        number.ok_or_else(|| Refusal::BadRequest("page", "pages count from 1".to_owned()))?;
    let size = size
        .ok_or_else(|| Refusal::BadRequest("pageSize", "must be between 1 and 5000".to_owned()))?;
    Ok((number, size))
}

/// The head of a page, up to its rows.
pub(crate) fn envelope(
    (number, size): (usize, usize),
    more: bool,
    total: Option<usize>,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + size.min(1_000) * 512);
    let total = total.map_or_else(|| "null".to_owned(), |total| total.to_string());
    // Writing to a vector cannot fail.
    let _written = write!(
        out,
        "{{\"page\":{number},\"pageSize\":{size},\"hasMore\":{more},\"totalCount\":{total},\"data\":"
    );
    out
}

/// `+Field` or `-Field`; a plus that came as a space is meant as one.
fn sort(table: &dyn Listing, order: Option<&str>, rows: &mut [usize]) -> Answer<()> {
    let Some(order) = order else {
        return Ok(());
    };
    let falling = order.starts_with('-');
    let field = order.trim_start_matches(['+', '-', ' ']);
    let meta = |index: &usize| &table.metas()[*index];
    match field.to_lowercase().as_str() {
        "id" => rows.sort_by_key(|index| meta(index).id),
        "createdon" => rows.sort_by_key(|index| (meta(index).created, meta(index).id)),
        "modifiedon" => rows.sort_by_key(|index| (meta(index).modified, meta(index).id)),
        _ => {
            return Err(Refusal::BadRequest(
                "sort",
                format!("cannot sort by {field}"),
            ));
        }
    }
    if falling {
        rows.reverse();
    }
    Ok(())
}
