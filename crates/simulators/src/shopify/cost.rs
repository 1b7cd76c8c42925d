//! What a query costs: the rule that was fitted to recorded traffic (reference/commerce-apis.md 1.4).

use serde_json::Value;

use super::document::{Operation, Sel};
use super::schema::Shape;

/// `max(1, floor(2 ln n))` without floats: the least `n` of each step of the scale.
const STEPS: [i64; 11] = [1, 3, 5, 8, 13, 21, 34, 55, 91, 149, 245];

pub(crate) fn scale(rows: i64) -> i64 {
    STEPS
        .iter()
        .filter(|least| **least <= rows.clamp(1, 250))
        .count() as i64
}

/// Points that must be there before anything is done.
pub(crate) fn requested(operation: &Operation) -> i64 {
    if operation.mutation {
        // As recorded for the start of a bulk operation: ten, whatever its payload.
        return 10 * operation.subs.len() as i64;
    }
    operation.subs.iter().map(of_field).sum()
}

fn of_field(sel: &Sel) -> i64 {
    match (sel.shape, sel.of) {
        (_, "" | "PageInfo" | "MoneyBag" | "MoneyV2") => 0,
        (_, "Count") => 10,
        (Shape::Connection, _) => {
            let rows = sel.rows().map(|row| 1 + children(row)).sum::<i64>();
            2 + scale(sel.count().unwrap_or(1)) * rows
        }
        _ => 1 + children(sel),
    }
}

fn children(sel: &Sel) -> i64 {
    sel.subs.iter().map(of_field).sum()
}

/// Points that are charged in the end, by what came back; never above what was asked for.
pub(crate) fn actual(operation: &Operation, data: &Value) -> i64 {
    if operation.mutation {
        return requested(operation);
    }
    let spent: i64 = operation
        .subs
        .iter()
        .map(|sel| of_answer(sel, &data[&sel.key]))
        .sum();
    spent.min(requested(operation))
}

fn of_answer(sel: &Sel, value: &Value) -> i64 {
    match (sel.shape, sel.of) {
        (_, "" | "PageInfo" | "MoneyBag" | "MoneyV2") => 0,
        (_, "Count") => 10,
        (Shape::Connection, _) => {
            2 + sel
                .subs
                .iter()
                .map(|sub| of_rows(sel, sub, &value[&sub.key]))
                .sum::<i64>()
        }
        (Shape::List, _) => {
            1 + value
                .as_array()
                .map_or(0, |items| mean(items, |item| answers(sel, item)))
        }
        _ if value.is_null() => 0,
        _ => 1 + answers(sel, value),
    }
}

fn of_rows(connection: &Sel, sub: &Sel, value: &Value) -> i64 {
    let Some(items) = value.as_array() else {
        return 0;
    };
    if items.is_empty() {
        return scale(connection.count().unwrap_or(1));
    }
    let row = |item: &Value| match sub.name.as_str() {
        "edges" => sub
            .subs
            .iter()
            .filter(|sub| sub.name == "node")
            .map(|node| 1 + answers(node, &item["node"]))
            .sum(),
        _ => 1 + answers(sub, item),
    };
    let count = i64::try_from(items.len()).unwrap_or(250);
    scale(count) * mean(items, row)
}

fn mean(items: &[Value], of: impl Fn(&Value) -> i64) -> i64 {
    let count = i64::try_from(items.len().max(1)).unwrap_or(1);
    items.iter().map(of).sum::<i64>() / count
}

fn answers(sel: &Sel, value: &Value) -> i64 {
    sel.subs
        .iter()
        .map(|sub| of_answer(sub, &value[&sub.key]))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::{requested, scale};
    use crate::shopify::document::read;

    #[test]
    fn the_scale_is_the_recorded_one() {
        let pairs = [
            (1, 1),
            (2, 1),
            (5, 3),
            (10, 4),
            (25, 6),
            (50, 7),
            (100, 9),
            (250, 11),
        ];
        for (rows, points) in pairs {
            assert_eq!(scale(rows), points, "{rows}");
        }
    }

    #[test]
    fn costs_are_those_of_the_reference() {
        let customers = "query($q:String!,$after:String){customers(first:100,after:$after,query:$q,sortKey:UPDATED_AT){\
            pageInfo{hasNextPage endCursor} nodes{id createdAt amountSpent{amount currencyCode} lastOrder{id} \
            defaultEmailAddress{emailAddress marketingState} defaultPhoneNumber{phoneNumber}}}}";
        let given = serde_json::json!({"q": ""});
        let read =
            |query: &str| read(query, given.as_object().expect("an object")).expect("a query");
        assert_eq!(requested(&read(customers)), 38);
        assert_eq!(requested(&read("{shop{id plan{shopifyPlus}}}")), 2);
        let events = "query($q:String!){events(first:100,query:$q){nodes{__typename id ... on BasicEvent{subjectId}}}}";
        assert_eq!(requested(&read(events)), 11);
    }
}
