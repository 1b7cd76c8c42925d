//! Spring's pages (reference/tekmetric.md A.5): 0-based, ten rows by default, a hundred at most.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Which page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageRequest {
    pub(crate) number: usize,
    pub(crate) size: usize,
    pub(crate) sorted: bool,
}

impl PageRequest {
    /// Unreadable numbers fall back to the defaults, larger sizes to the cap, without a word.
    pub(crate) fn new(page: Option<&str>, size: Option<&str>, sorted: bool) -> Self {
        let size = size
            .and_then(|text| text.parse().ok())
            .filter(|size| *size > 0)
            .unwrap_or(10);
        let number = page.and_then(|text| text.parse().ok()).unwrap_or(0);
        Self {
            number,
            size: size.min(100),
            sorted,
        }
    }

    /// The part of a list that stands on this page.
    pub(crate) fn cut<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let from = self.number.saturating_mul(self.size).min(all.len());
        &all[from..(from + self.size).min(all.len())]
    }
}

/// The two generations of envelopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// With `pageable` and `empty`; `sort` is an object.
    Present,
    /// Customers: without `pageable` and `empty`; `sort` is an array.
    Old,
}

#[derive(Serialize)]
struct SortState {
    sorted: bool,
    unsorted: bool,
    empty: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SortOrder {
    direction: &'static str,
    property: &'static str,
    ignore_case: bool,
    null_handling: &'static str,
    ascending: bool,
    descending: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pageable {
    sort: SortState,
    offset: usize,
    page_size: usize,
    page_number: usize,
    paged: bool,
    unpaged: bool,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Sort {
    State(SortState),
    Orders(Vec<SortOrder>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a, T> {
    content: &'a [T],
    #[serde(skip_serializing_if = "Option::is_none")]
    pageable: Option<Pageable>,
    total_pages: usize,
    total_elements: usize,
    last: bool,
    size: usize,
    number: usize,
    first: bool,
    sort: Sort,
    number_of_elements: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    empty: Option<bool>,
}

/// Prints one page of `total` rows.
pub(crate) fn render<T: Serialize>(
    rows: &[T],
    total: usize,
    request: PageRequest,
    envelope: Envelope,
) -> Response {
    let total_pages = total.div_ceil(request.size);
    let sort = || SortState {
        sorted: request.sorted,
        unsorted: !request.sorted,
        empty: !request.sorted,
    };
    let present = envelope == Envelope::Present;
    let page = Page {
        content: rows,
        pageable: present.then(|| Pageable {
            sort: sort(),
            offset: request.number.saturating_mul(request.size),
            page_size: request.size,
            page_number: request.number,
            paged: true,
            unpaged: false,
        }),
        total_pages,
        total_elements: total,
        last: request.number + 1 >= total_pages,
        size: request.size,
        number: request.number,
        first: request.number == 0,
        sort: if present {
            Sort::State(sort())
        } else {
            Sort::Orders(old_sort(request.sorted))
        },
        number_of_elements: rows.len(),
        empty: present.then_some(rows.is_empty()),
    };
    json(&page)
}

fn old_sort(sorted: bool) -> Vec<SortOrder> {
    let order = |property| SortOrder {
        direction: "ASC",
        property,
        ignore_case: false,
        null_handling: "NATIVE",
        ascending: true,
        descending: false,
    };
    vec![order(if sorted { "lastName" } else { "id" })]
}

/// A JSON answer. Serializing our own views cannot fail; if it did, the client sees a 500.
pub(crate) fn json<T: Serialize>(value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => (
            [(header::CONTENT_TYPE, "application/json;charset=UTF-8")],
            body,
        )
            .into_response(),
        Err(_) => axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
