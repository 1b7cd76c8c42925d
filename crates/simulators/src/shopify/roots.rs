//! The lists and look-ups at the top of a query.

use serde_json::{Value, json};

use super::document::Sel;
use super::entity::{ITEM, LEVEL, LOCATION, ORDER, PRODUCT, variant_id};
use super::execute::Run;
use super::node::{Node, Out, Row, find};
use super::plan;
use super::search::Term;
use super::world::World;
use crate::Stamp;

pub(crate) const FULFILLMENT_ORDER: i64 = 6_500_000_000_001;
const WINDOW: i64 = 60 * 86_400;

/// Whether an order exists for this reader: without `read_all_orders` only those of the last 60 days do.
pub(crate) fn visible(world: &World, order: usize, sees_all: bool) -> bool {
    let order = &world.orders[order];
    !order.deleted && (sees_all || order.created >= world.now.plus(-WINDOW))
}

pub(crate) fn resolve(run: &mut Run<'_>, sel: &Sel) -> Out {
    let name = sel.name.as_str();
    match name {
        "shop" => Out::Node(Node::Shop),
        "node" | "order" | "product" | "productVariant" | "inventoryItem" | "inventoryLevel"
        | "customer" | "refund" | "fulfillment" => by_id(run, sel),
        "location" => match sel.args.get("id") {
            Some(_) => by_id(run, sel),
            None => Out::Node(Node::Location(0)),
        },
        "nodes" => {
            let ids = sel.args["ids"].as_array().cloned().unwrap_or_default();
            if ids.len() > 250 {
                return Out::Error(
                    "MAX_INPUT_SIZE_EXCEEDED",
                    "The input array size is greater than 250".to_owned(),
                );
            }
            let found: Result<Vec<Option<Node>>, String> = ids
                .iter()
                .map(|id| find(run.world, id.as_str().unwrap_or_default(), run.sees_all))
                .collect();
            found.map_or_else(|text| Out::Error("RESOURCE_NOT_FOUND", text), Out::Nodes)
        }
        "ordersCount" | "productsCount" | "customersCount" => {
            let (rows, _) = rows(run, sel, name.trim_end_matches("Count"));
            let limit = sel
                .args
                .get("limit")
                .map_or(10_000, |limit| limit.as_i64().unwrap_or(i64::MAX));
            let count = (rows.len() as i64).min(limit);
            let precision = if rows.len() as i64 > limit {
                "AT_LEAST"
            } else {
                "EXACT"
            };
            Out::Plain(json!({"count": count, "precision": precision}))
        }
        "appInstallation" => {
            let scopes = run
                .scopes
                .iter()
                .map(|scope| json!({"handle": scope, "description": scope}));
            Out::Plain(
                json!({"id": "gid://shopify/AppInstallation/1", "accessScopes": scopes.collect::<Vec<Value>>()}),
            )
        }
        "bulkOperation" | "currentBulkOperation" => Out::Plain(run.bulk(sel)),
        _ => {
            let (rows, number) = rows(run, sel, name);
            Out::Rows(rows, number)
        }
    }
}

fn by_id(run: &mut Run<'_>, sel: &Sel) -> Out {
    let text = sel.args["id"].as_str().unwrap_or_default();
    if text.starts_with("gid://shopify/BulkOperation/") {
        return Out::Plain(run.bulk(sel));
    }
    let fits = |node: &Node| sel.of == "Node" || super::node::type_name(run.world, *node) == sel.of;
    match find(run.world, text, run.sees_all) {
        Err(text) => Out::Error("RESOURCE_NOT_FOUND", text),
        Ok(Some(node)) if !fits(&node) => {
            Out::Error("RESOURCE_NOT_FOUND", format!("Invalid id: {text}"))
        }
        Ok(found) => Out::maybe(found),
    }
}

/// The rows of a list that its query lets through, by its sort key.
fn rows(run: &mut Run<'_>, sel: &Sel, list: &str) -> (Vec<Row>, bool) {
    let world = run.world;
    let key = sel
        .args
        .get("sortKey")
        .and_then(Value::as_str)
        .unwrap_or(match list {
            "orders" => "PROCESSED_AT",
            _ => "ID",
        });
    let by_time = matches!(key, "UPDATED_AT" | "CREATED_AT" | "PROCESSED_AT");
    let query = run.query(sel, known_fields(list, &sel.name));
    let settled = world.now.plus(-run.index_lag);
    let asked = sel.args.contains_key("query");
    let mut rows: Vec<Row> = candidates(world, sel, (list, run.sees_all))
        .filter(|node| !asked || run.index_lag == 0 || updated(world, *node) <= settled)
        .filter(|node| query.admits(&|term: &Term| holds(world, *node, term)))
        .map(|node| Row {
            sort: match key {
                "UPDATED_AT" => updated(world, node).0 * 1_000 + id(world, node) % 1_000,
                "CREATED_AT" | "PROCESSED_AT" => {
                    created(world, node).0 * 1_000 + id(world, node) % 1_000
                }
                _ => id(world, node),
            },
            id: id(world, node),
            node,
        })
        .collect();
    rows.sort_unstable_by_key(|row| (row.sort, row.id));
    (rows, by_time)
}

/// Everything that a list could show, before it is searched.
fn candidates<'w>(
    world: &'w World,
    sel: &Sel,
    (list, sees_all): (&str, bool),
) -> Box<dyn Iterator<Item = Node> + 'w> {
    let truth = |name: &str| sel.args.get(name).and_then(Value::as_bool).unwrap_or(false);
    match list {
        "orders" => Box::new(
            (0..world.orders.len())
                .filter(move |at| visible(world, *at, sees_all))
                .map(Node::Order),
        ),
        "products" => Box::new(
            (0..world.products.len())
                .filter(|at| !world.products[*at].deleted)
                .map(Node::Product),
        ),
        "productVariants" => Box::new(
            (0..world.variants.len())
                .filter(|at| !world.variants[*at].deleted)
                .map(Node::Variant),
        ),
        "inventoryItems" => Box::new(
            (0..world.variants.len())
                .filter(|at| !world.variants[*at].deleted)
                .map(Node::Item),
        ),
        "customers" => Box::new(
            (0..world.customers.len())
                .filter(|at| !world.customers[*at].gone)
                .map(Node::Customer),
        ),
        "locations" => {
            Box::new((0..if truth("includeInactive") { 3 } else { 2 }).map(Node::Location))
        }
        "events" => Box::new((0..world.destroyed.len()).map(Node::Event)),
        _ => {
            let closed = truth("includeClosed");
            let shown = move |at: &usize| {
                closed || (world.orders[*at].owed() > 0 && world.orders[*at].cancelled.is_none())
            };
            let all = (0..world.orders.len())
                .filter(move |at| visible(world, *at, sees_all))
                .filter(shown);
            Box::new(all.map(Node::FulfillmentOrder))
        }
    }
}

/// The search fields of a list; any other one is ignored with a warning.
fn known_fields(list: &str, name: &str) -> &'static [&'static str] {
    match (list, name) {
        (_, "customersCount") => &["id", "created_at", "updated_at"],
        ("orders", _) => &[
            "id",
            "created_at",
            "updated_at",
            "processed_at",
            "name",
            "status",
            "financial_status",
            "fulfillment_status",
            "test",
            "customer_id",
            "sku",
        ],
        ("products", _) => &[
            "id",
            "created_at",
            "updated_at",
            "published_at",
            "status",
            "product_type",
            "title",
        ],
        ("productVariants", _) => &["id", "updated_at", "sku", "product_id"],
        ("inventoryItems", _) => &["id", "created_at", "updated_at", "sku"],
        ("customers", _) => &[
            "id",
            "created_at",
            "updated_at",
            "customer_date",
            "order_date",
            "email",
        ],
        ("locations", _) => &["created_at", "name", "active"],
        ("events", _) => &["id", "created_at", "action", "subject_type"],
        _ => &["id", "updated_at", "created_at", "status"],
    }
}

pub(crate) fn id(world: &World, node: Node) -> i64 {
    match node {
        Node::Order(at) => ORDER + at as i64,
        Node::Product(at) => PRODUCT + at as i64,
        Node::Variant(at) => variant_id(at),
        Node::Item(at) => ITEM + at as i64 * 3,
        Node::Level(at) => LEVEL + at as i64,
        Node::Location(at) => LOCATION + at as i64,
        Node::Customer(at) => world.customers[at].id,
        Node::FulfillmentOrder(at) => FULFILLMENT_ORDER + at as i64,
        Node::Event(at) => 30_000_001 + at as i64,
        _ => 0,
    }
}

pub(crate) fn created(world: &World, node: Node) -> Stamp {
    match node {
        Node::Order(at) | Node::FulfillmentOrder(at) => world.orders[at].created,
        Node::Product(at) => world.products[at].created,
        Node::Variant(at) | Node::Item(at) => world.products[world.variants[at].product].created,
        Node::Level(at) => world.levels[at].created,
        Node::Customer(at) => world.customers[at].created,
        Node::Event(at) => world.destroyed[at].at,
        _ => world.products[0].created,
    }
}

pub(crate) fn updated(world: &World, node: Node) -> Stamp {
    match node {
        Node::Order(at) | Node::FulfillmentOrder(at) => world.orders[at].updated,
        Node::Product(at) => world.products[at].updated,
        Node::Variant(at) | Node::Item(at) => world.variants[at].updated,
        Node::Level(at) => world.levels[at].updated,
        Node::Customer(at) => world.customers[at].updated,
        _ => created(world, node),
    }
}

/// Whether a record passes one term of a search.
pub(crate) fn holds(world: &World, node: Node, term: &Term) -> bool {
    let field = term.field.as_str();
    match (field, node) {
        ("id", _) => term.number(id(world, node)),
        ("created_at" | "processed_at" | "customer_date" | "published_at", _) => {
            term.time(created(world, node))
        }
        ("updated_at", _) => term.time(updated(world, node)),
        ("name", Node::Order(at)) => term.text(&plan::order_name(world.orders[at].ordinal)),
        ("status", Node::Order(at)) => {
            let order = &world.orders[at];
            match term.value.as_str() {
                "open" => order.closed.is_none(),
                "closed" => order.closed.is_some() && order.cancelled.is_none(),
                "cancelled" => order.cancelled.is_some(),
                _ => true,
            }
        }
        ("financial_status", Node::Order(at)) => term.text(world.orders[at].financial()),
        ("fulfillment_status", Node::Order(at)) => term.text(world.orders[at].shipping_state()),
        ("test", Node::Order(at)) => term.text(if world.orders[at].test {
            "true"
        } else {
            "false"
        }),
        ("customer_id", Node::Order(at)) => world.orders[at]
            .customer
            .is_some_and(|customer| term.number(world.customers[customer].id)),
        ("sku", Node::Order(at)) => {
            let mut lines = world.orders[at].lines.iter();
            lines.any(|line| {
                world.variants[line.variant]
                    .sku
                    .as_deref()
                    .is_some_and(|sku| term.text(sku))
            })
        }
        ("sku", Node::Variant(at) | Node::Item(at)) => world.variants[at]
            .sku
            .as_deref()
            .is_some_and(|sku| term.text(sku)),
        ("product_id", Node::Variant(at)) => {
            term.number(PRODUCT + world.variants[at].product as i64)
        }
        ("status", Node::Product(at)) => term.text(world.products[at].status),
        ("product_type", Node::Product(at)) => term.text(world.products[at].kind),
        ("title", Node::Product(at)) => term.text(&world.products[at].title),
        ("inventory_item_id", Node::Level(at)) => term.number(ITEM + (at / 2) as i64 * 3),
        ("email", Node::Customer(at)) => term.text(&plan::person(world.customers[at].buyer).1),
        ("order_date", Node::Customer(at)) => world.customers[at]
            .last_order
            .is_some_and(|order| term.time(world.orders[order].created)),
        ("action", Node::Event(_)) => term.text("destroy"),
        ("subject_type", Node::Event(at)) => term.text(world.destroyed[at].kind),
        ("status", Node::FulfillmentOrder(at)) => {
            term.text(super::fields_ship::work_state(&world.orders[at]))
        }
        ("name", Node::Location(at)) => term.text(super::fields_goods::PLACES[at]),
        ("active", Node::Location(at)) => term.text(if at < 2 { "true" } else { "false" }),
        _ => true,
    }
}

/// The inventory levels of an item or of a place, as a connection.
pub(crate) fn levels(run: &mut Run<'_>, sel: &Sel, places: impl Iterator<Item = usize>) -> Out {
    let world = run.world;
    let query = run.query(sel, &["created_at", "updated_at", "inventory_item_id"]);
    let shown = places
        .filter(|at| world.variants[at / 2].tracked && !world.variants[at / 2].deleted)
        .map(Node::Level)
        .filter(|node| query.admits(&|term: &Term| holds(world, *node, term)));
    let rows = shown.map(|node| Row {
        sort: id(world, node),
        id: id(world, node),
        node,
    });
    Out::Rows(rows.collect(), false)
}

/// The number of a variant's product.
pub(crate) fn product_id(world: &World, variant: usize) -> i64 {
    PRODUCT + world.variants[variant].product as i64
}
