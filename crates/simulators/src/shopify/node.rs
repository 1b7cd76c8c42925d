//! Records as a query walks over them.

use serde_json::{Value, json};

use super::entity::{Order, index_of};
use super::world::World;
use super::{entity, roots};
use crate::{Cents, Stamp};

/// A record, by its place in the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Node {
    Root,
    Shop,
    Order(usize),
    Line(usize, usize),
    ShippingLine(usize),
    Refund(usize, usize),
    RefundLine(usize, usize, usize),
    Transaction(usize, usize),
    Fulfillment(usize, usize),
    FulfillmentLine(usize, usize, usize),
    FulfillmentOrder(usize),
    FulfillmentOrderLine(usize, usize),
    Agreement(usize, usize),
    Sale(usize, usize, usize),
    Customer(usize),
    Product(usize),
    Variant(usize),
    Item(usize),
    Level(usize),
    Location(usize),
    Event(usize),
    /// A value object inside a connection: refunded shipping, an adjustment, a discount.
    RefundShipping(usize, usize),
    Adjustment(usize, usize),
    Discount(usize),
}

/// A row of a connection: what it is sorted by, and itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) sort: i64,
    pub(crate) id: i64,
    pub(crate) node: Node,
}

/// What a field holds.
#[derive(Debug)]
pub(crate) enum Out {
    /// A scalar, or a value object with all its fields, or a list of either.
    Plain(Value),
    Node(Node),
    Nodes(Vec<Option<Node>>),
    /// The rows of a connection, and whether its cursors hold the sort value as a number of milliseconds.
    Rows(Vec<Row>, bool),
    /// A top-level error; the field is null.
    Error(&'static str, String),
}

impl Out {
    pub(crate) fn maybe(node: Option<Node>) -> Self {
        node.map_or(Self::Plain(Value::Null), Self::Node)
    }

    /// A connection that is sorted by position.
    pub(crate) fn in_order(nodes: impl Iterator<Item = (i64, Node)>) -> Self {
        let rows = nodes.enumerate().map(|(place, (id, node))| Row {
            sort: place as i64 + 1,
            id,
            node,
        });
        Self::Rows(rows.collect(), false)
    }
}

pub(crate) fn gid(kind: &str, id: i64) -> Value {
    json!(format!("gid://shopify/{kind}/{id}"))
}

/// Type and number of a global id.
pub(crate) fn parse_gid(text: &str) -> Option<(&str, i64)> {
    let (kind, rest) = text.strip_prefix("gid://shopify/")?.split_once('/')?;
    let number = rest.split('?').next()?;
    Some((kind, number.parse().ok()?))
}

pub(crate) fn decimal(cents: Cents) -> String {
    let sign = if cents.0 < 0 { "-" } else { "" };
    let (whole, part) = (cents.0.abs() / 100, cents.0.abs() % 100);
    if part % 10 == 0 {
        format!("{sign}{whole}.{}", part / 10)
    } else {
        format!("{sign}{whole}.{part:02}")
    }
}

/// Two digits behind the point.
pub(crate) fn padded(cents: Cents) -> String {
    let sign = if cents.0 < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.0.abs() / 100, cents.0.abs() % 100)
}

pub(crate) fn money(world: &World, cents: Cents) -> Value {
    json!({"amount": decimal(cents), "currencyCode": world.config.currency})
}

/// Shop money, and what the buyer saw.
pub(crate) fn bag(world: &World, order: &Order, cents: Cents) -> Value {
    let (currency, seen) = presented(world, order, cents);
    json!({
        "shopMoney": money(world, cents),
        "presentmentMoney": {"amount": decimal(seen), "currencyCode": currency},
    })
}

pub(crate) fn presented<'w>(world: &'w World, order: &Order, cents: Cents) -> (&'w str, Cents) {
    match order.presented {
        Some((currency, rate)) => (currency, cents.portion(rate)),
        None => (&world.config.currency, cents),
    }
}

pub(crate) fn maybe_time(at: Option<Stamp>) -> Value {
    at.map_or(Value::Null, |at| json!(at))
}

/// The name of a record's type, as `__typename` says it.
pub(crate) fn type_name(world: &World, node: Node) -> &'static str {
    match node {
        Node::Root => "QueryRoot",
        Node::Shop => "Shop",
        Node::Order(_) => "Order",
        Node::Line(..) => "LineItem",
        Node::ShippingLine(_) => "ShippingLine",
        Node::Refund(..) => "Refund",
        Node::RefundLine(..) => "RefundLineItem",
        Node::RefundShipping(..) => "RefundShippingLine",
        Node::Adjustment(..) => "OrderAdjustment",
        Node::Transaction(..) => "OrderTransaction",
        Node::Fulfillment(..) => "Fulfillment",
        Node::FulfillmentLine(..) => "FulfillmentLineItem",
        Node::FulfillmentOrder(_) => "FulfillmentOrder",
        Node::FulfillmentOrderLine(..) => "FulfillmentOrderLineItem",
        Node::Agreement(order, place) => match world.orders[order].agreements[place].reason {
            "ORDER_EDIT" => "OrderEditAgreement",
            "REFUND" => "RefundAgreement",
            _ => "OrderAgreement",
        },
        Node::Sale(order, agreement, place) => {
            match world.orders[order].agreements[agreement].sales[place].kind {
                "PRODUCT" => "ProductSale",
                "GIFT_CARD" => "GiftCardSale",
                "SHIPPING" => "ShippingLineSale",
                _ => "AdjustmentSale",
            }
        }
        Node::Customer(_) => "Customer",
        Node::Product(_) => "Product",
        Node::Variant(_) => "ProductVariant",
        Node::Item(_) => "InventoryItem",
        Node::Level(_) => "InventoryLevel",
        Node::Location(_) => "Location",
        Node::Event(_) => "BasicEvent",
        Node::Discount(_) => "DiscountCodeApplication",
    }
}

/// The record behind a global id, if there is one and it may be seen.
pub(crate) fn find(world: &World, text: &str, sees_all: bool) -> Result<Option<Node>, String> {
    let Some((kind, id)) = parse_gid(text) else {
        return Err(format!("Invalid global id '{text}'"));
    };
    let within =
        |base: i64, step: i64, len: usize| index_of(id, base, step).filter(|index| *index < len);
    let seen = |order: &usize| roots::visible(world, *order, sees_all);
    Ok(match kind {
        "Order" => within(entity::ORDER, 1, world.orders.len())
            .filter(seen)
            .map(Node::Order),
        "FulfillmentOrder" => within(roots::FULFILLMENT_ORDER, 1, world.orders.len())
            .filter(seen)
            .map(Node::FulfillmentOrder),
        "Product" => within(entity::PRODUCT, 1, world.products.len())
            .filter(|index| !world.products[*index].deleted)
            .map(Node::Product),
        "ProductVariant" => within(entity::VARIANT, 3, world.variants.len())
            .filter(|index| !world.variants[*index].deleted)
            .map(Node::Variant),
        "InventoryItem" => within(entity::ITEM, 3, world.variants.len())
            .filter(|index| !world.variants[*index].deleted)
            .map(Node::Item),
        "InventoryLevel" => within(entity::LEVEL, 1, world.levels.len()).map(Node::Level),
        "Location" => within(entity::LOCATION, 1, 3).map(Node::Location),
        "Customer" => {
            let buyer = u32::try_from(id - entity::CUSTOMER).ok();
            let known = buyer.and_then(|buyer| world.buyers.get(&buyer)).copied();
            known
                .filter(|index| world.customers[*index].id == id && !world.customers[*index].gone)
                .map(Node::Customer)
        }
        "Refund" => world
            .refunds
            .get(&id)
            .filter(|(order, _)| seen(order))
            .map(|(order, place)| Node::Refund(*order, *place)),
        "Fulfillment" => world
            .parcels
            .get(&id)
            .filter(|(order, _)| seen(order))
            .map(|(order, place)| Node::Fulfillment(*order, *place)),
        "Shop" => Some(Node::Shop),
        _ => None,
    })
}
