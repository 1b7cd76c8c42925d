//! Exports: any list as CSV, Excel or Parquet, streamed and without a cap on rows.

mod columnar;
mod lists;
mod pages;
mod sheet;
mod spool;
mod table;
mod text;

use super::range::{RangeName, asked};
use crate::App;
use crate::ask::{AtShop, Day, Query};
use crate::error::{Kind as ProblemKind, Problem};
use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use domain::period::Period;
use futures_util::stream::{self, Stream, StreamExt as _};
use jiff::Timestamp;
use jiff::civil::Date;
pub(crate) use pages::EXPORTS_LIMIT;
use pages::{Pages, Source};
use serde::{Deserialize, Serialize};
use spool::Spool;
use std::fs::File;
use std::io::{Error, Read as _, Seek as _};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use store::read::Spans;
use store::read::alerts::Alerts;
use store::read::board::Board;
use store::read::figures::Days;
use store::read::issues::{IssueKey, Issues};
use store::read::orders::{AllOrders, PostedFilter, PostedOrders};
use store::read::people::{Advisors, Technicians};
use store::read::sold::SoldDays;
use table::{Column, Row};
use tokio::task::spawn_blocking;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Bytes of a piece of a file on its way out.
const PIECE_BYTES: usize = 64 * 1024;
/// Pages that may wait for the writer of a file.
const WAITING_PAGES: usize = 2;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(export))
}

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum ListName {
    /// Days with figures of the range.
    Daily,
    /// Days with sales of the range.
    SoldDaily,
    /// Orders posted in the range.
    Ros,
    /// Orders in any state; the range does not apply.
    RosAll,
    /// Open orders; the range does not apply.
    Wip,
    /// Advisors of the range.
    Advisors,
    /// Technicians of the range.
    Techs,
    /// Data-quality issues, resolved ones too; the range does not apply.
    Issues,
    /// Alerts, closed ones too; the range does not apply.
    Alerts,
}

impl ListName {
    const ALL: [(&'static str, Self); 9] = [
        ("daily", Self::Daily),
        ("sold-daily", Self::SoldDaily),
        ("ros", Self::Ros),
        ("ros-all", Self::RosAll),
        ("wip", Self::Wip),
        ("advisors", Self::Advisors),
        ("techs", Self::Techs),
        ("issues", Self::Issues),
        ("alerts", Self::Alerts),
    ];

    const fn has_range(self) -> bool {
        matches!(
            self,
            Self::Daily | Self::SoldDaily | Self::Ros | Self::Advisors | Self::Techs
        )
    }
}

/// The format of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Format {
    /// Amounts in cents, safe to open in a spreadsheet.
    #[default]
    Csv,
    /// Real dates and money.
    Xlsx,
    /// Amounts in cents, percents and hours as decimals.
    Parquet,
}

impl Format {
    const fn kind(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
        }
    }
}

/// Which days, in which format.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// CSV where it is left out.
    #[param(inline)]
    format: Option<Format>,
    /// Which days; `custom` where only dates are given; the year to date where it is left out.
    #[serde(alias = "range_type")]
    #[param(inline)]
    range: Option<RangeName>,
    /// First day of a custom range, in the shop's zone.
    #[param(value_type = Option<String>, format = Date)]
    start_date: Option<Day>,
    /// Last day of a custom range, counted.
    #[param(value_type = Option<String>, format = Date)]
    end_date: Option<Day>,
}

/// A list as a file: CSV, Excel or Parquet, every row of it
#[utoipa::path(
    get,
    path = "/shops/{shop_id}/export/{list}",
    operation_id = "exportList",
    tag = "exports",
    params(
        ("shop_id" = i64, Path, description = "The shop"),
        ("list" = inline(ListName), Path, description = "Which list"),
        ExportQuery
    ),
    responses((
        status = 200,
        description = "The file; every row names shop, zone and currency, every figure its basis and unit",
        content(
            (String = "text/csv"),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "application/vnd.apache.parquet")
        )
    ))
)]
async fn export(at: AtShop, query: Query<ExportQuery>) -> Result<Response, Problem> {
    let asked_for = at.text("list").unwrap_or_default();
    let (word, list) = ListName::ALL
        .into_iter()
        .find(|(word, _)| *word == asked_for)
        .ok_or_else(Problem::not_found)?;
    let format = query.format.unwrap_or_default();
    let shop = at.shop;
    let source = source(&at, &query, list)?;
    let mut pages = Pages::open(&at, source).await?;
    // Before the first byte, so that a foreign shop is a 404 and not a broken file.
    let first = pages.next().await?.unwrap_or_default();
    let body = match format {
        Format::Csv => Body::from_stream(csv(pages, first).await?),
        Format::Xlsx => Body::from_stream(file(pages, first, move |columns, rows, file| {
            sheet::write(word, columns, rows, file).map_err(Error::other)
        })),
        Format::Parquet => Body::from_stream(file(pages, first, |columns, rows, file| {
            columnar::write(columns, rows, file).map_err(Error::other)
        })),
    };
    let name = format!(
        "attachment; filename=\"{word}-{shop}.{}\"",
        format.extension()
    );
    let header =
        |text: &str| HeaderValue::from_str(text).map_err(|_| Problem::new(ProblemKind::Internal));
    let headers: [(HeaderName, HeaderValue); 3] = [
        (CONTENT_TYPE, header(format.kind())?),
        (CONTENT_DISPOSITION, header(&name)?),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, body).into_response())
}

fn source(at: &AtShop, query: &ExportQuery, list: ListName) -> Result<Source, Problem> {
    let (shop, now) = (at.shop, at.app.clock.now());
    let dates = (query.start_date, query.end_date);
    let has_range = query.range.is_some() || dates.0.is_some() || dates.1.is_some();
    if has_range && !list.has_range() {
        return Err(Problem::parameter("range", "does not belong to this list"));
    }
    let spans = Spans::new(now, asked(query.range, dates, Period::YearToDate)?, None);
    Ok(match list {
        ListName::Daily => Source::Days(Days {
            shop,
            spans,
            business_days_only: false,
        }),
        ListName::SoldDaily => Source::SoldDays(SoldDays { shop, spans }),
        ListName::Ros => Source::Posted(PostedOrders {
            filter: PostedFilter {
                shop,
                spans,
                advisor: None,
                class: None,
            },
            after_day: Date::MAX,
            after_id: i64::MAX,
            limit: None,
        }),
        ListName::RosAll => Source::All(all_orders(shop, now)),
        ListName::Wip => Source::Board(Board { shop, now }),
        ListName::Advisors => Source::Advisors(Advisors { shop, spans }),
        ListName::Techs => Source::Technicians(Technicians { shop, spans }),
        ListName::Issues => Source::Issues(all_issues(shop, now)),
        ListName::Alerts => Source::Alerts(Alerts {
            shop,
            now,
            open_only: false,
            severity: None,
            after_id: i64::MAX,
            limit: None,
        }),
    })
}

const fn all_orders(shop: domain::ShopId, now: Timestamp) -> AllOrders {
    AllOrders {
        shop,
        now,
        statuses: None,
        advisor: None,
        customer: None,
        number: None,
        after_id: i64::MAX,
        limit: None,
    }
}

fn all_issues(shop: domain::ShopId, now: Timestamp) -> Issues {
    Issues {
        shop,
        now,
        open_only: false,
        code: None,
        severity: None,
        after: IssueKey::before_first(),
        limit: None,
    }
}

/// What is said when a list breaks off: the connection is cut, so that no half file looks whole.
fn broken(problem: &Problem) -> Error {
    tracing::warn!(?problem, "an export broke off");
    Error::other("the export broke off")
}

/// The lines, as they are written: they go to a temporary file first, so that a slow reader holds no connection, and
/// from there on while more are added. A list of one page needs none.
async fn csv(
    mut pages: Pages,
    first: Vec<Row>,
) -> Result<impl Stream<Item = Result<Bytes, Error>> + Send, Problem> {
    let columns = pages.columns();
    let head = format!(
        "{}{}",
        text::headings(columns),
        text::lines(columns, &first)
    );
    let rest = if pages.is_over() {
        None
    } else {
        let (spool, written) = Spool::new().map_err(|error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "no temporary file"
            );
            Problem::new(ProblemKind::Internal)
        })?;
        let reading = async move {
            while let Some(rows) = pages.next().await.map_err(|problem| broken(&problem))? {
                spool
                    .write(text::lines(columns, &rows).into_bytes())
                    .await?;
            }
            spool.end();
            Ok(())
        };
        // Dropped without its end, the spool tells the reader that the list broke off.
        tokio::spawn(async move {
            let _: Result<(), Error> = reading.await;
        });
        Some(written)
    };
    let rest = stream::try_unfold(rest, |written| async move {
        match written {
            Some(mut written) => Ok(written.next().await?.map(|bytes| (bytes, Some(written)))),
            None => Ok(None),
        }
    });
    Ok(stream::once(async { Ok(Bytes::from(head)) }).chain(rest))
}

/// Formats with an index at the end are written to a temporary file first, beside the reading of the pages.
fn file<W>(
    pages: Pages,
    first: Vec<Row>,
    write: W,
) -> impl Stream<Item = Result<Bytes, Error>> + Send
where
    W: FnOnce(&[Column], &std::sync::mpsc::Receiver<Vec<Row>>, File) -> Result<(), Error>
        + Send
        + 'static,
{
    let whole = stream::once(async move { written(pages, first, write).await });
    whole.flat_map(|file| match file {
        Ok(file) => stream::try_unfold(file, piece).left_stream(),
        Err(error) => stream::once(async move { Err(error) }).right_stream(),
    })
}

async fn written<W>(mut pages: Pages, first: Vec<Row>, write: W) -> Result<File, Error>
where
    W: FnOnce(&[Column], &std::sync::mpsc::Receiver<Vec<Row>>, File) -> Result<(), Error>
        + Send
        + 'static,
{
    let columns = pages.columns();
    let (sender, receiver) = sync_channel(WAITING_PAGES);
    let writer = spawn_blocking(move || -> Result<File, Error> {
        let mut file = tempfile::tempfile()?;
        write(columns, &receiver, file.try_clone()?)?;
        file.rewind()?;
        Ok(file)
    });
    let mut next = Some(first);
    while let Some(rows) = next {
        // Sending may wait for the writer, which must not hold up other requests.
        let sender = sender.clone();
        let sent = spawn_blocking(move || sender.send(rows).is_ok());
        if !sent.await.map_err(Error::other)? {
            break;
        }
        next = pages.next().await.map_err(|problem| broken(&problem))?;
    }
    drop(sender);
    writer.await.map_err(Error::other)?
}

/// The next piece of a file; none at its end.
async fn piece(mut file: File) -> Result<Option<(Bytes, File)>, Error> {
    let read = spawn_blocking(move || -> Result<(Vec<u8>, File), Error> {
        let mut bytes = vec![0; PIECE_BYTES];
        let length = file.read(&mut bytes)?;
        bytes.truncate(length);
        Ok((bytes, file))
    });
    let (bytes, file) = read.await.map_err(Error::other)??;
    Ok((!bytes.is_empty()).then(|| (Bytes::from(bytes), file)))
}
