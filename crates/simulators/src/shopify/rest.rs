//! The bodies of webhooks: the older REST shape, with numbers for ids, padded money and the shop's own offset in times.

use serde_json::{Value, json};

use super::entity::{ITEM, LEVEL, LOCATION, ORDER, Order, PRODUCT, variant_id};
use super::fields_order::rest_set;
use super::node::padded;
use super::plan::{order_name, person};
use super::roots::product_id;
use super::world::{Change, World};
use crate::Stamp;

/// A time as the shop's clock writes it.
fn local(world: &World, at: Stamp) -> Value {
    let there = at.timestamp().to_zoned(world.zone.clone());
    json!(there.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

fn maybe(world: &World, at: Option<Stamp>) -> Value {
    at.map_or(Value::Null, |at| local(world, at))
}

/// Topic and body of everything that a change sets off.
pub(crate) fn bodies(world: &World, change: Change) -> Vec<(&'static str, Value)> {
    match change {
        Change::OrderCreated(order) => vec![("orders/create", body_of_order(world, order))],
        Change::OrderUpdated(order) => vec![("orders/updated", body_of_order(world, order))],
        Change::OrderDeleted(order) => {
            let id = ORDER + order as i64;
            vec![(
                "orders/delete",
                json!({"id": id, "admin_graphql_api_id": format!("gid://shopify/Order/{id}")}),
            )]
        }
        Change::Refunded(order, place) => {
            vec![("refunds/create", body_of_refund(world, order, place))]
        }
        Change::Shipped(order, place) => vec![("fulfillments/create", parcel(world, order, place))],
        Change::ShipmentUpdated(order, place) => {
            vec![("fulfillments/update", parcel(world, order, place))]
        }
        Change::Stock(level) => vec![("inventory_levels/update", body_of_level(world, level))],
        Change::ProductDeleted(product) => {
            vec![("products/delete", json!({"id": PRODUCT + product as i64}))]
        }
        Change::Customer(at) => vec![("customers/create", customer(world, at))],
        Change::Merged { from, into } => vec![(
            "customers/merge",
            json!({
                "admin_graphql_api_customer_kept_id": format!("gid://shopify/Customer/{}", world.customers[into].id),
                "admin_graphql_api_customer_deleted_id": format!("gid://shopify/Customer/{}", world.customers[from].id),
                "status": "completed",
            }),
        )],
    }
}

fn body_of_level(world: &World, at: usize) -> Value {
    let (level, id, item) = (
        &world.levels[at],
        LEVEL + at as i64,
        ITEM + (at / 2) as i64 * 3,
    );
    json!({
        "inventory_item_id": item,
        "location_id": LOCATION + (at % 2) as i64,
        "available": level.available,
        "updated_at": local(world, level.updated),
        "admin_graphql_api_id": format!("gid://shopify/InventoryLevel/{id}?inventory_item_id={item}"),
    })
}

pub(crate) fn customer(world: &World, at: usize) -> Value {
    let customer = &world.customers[at];
    let (name, mail) = person(customer.buyer);
    let (first, last) = name.split_once(' ').unwrap_or((&name, ""));
    json!({
        "id": customer.id, "email": mail, "first_name": first, "last_name": last, "phone": null,
        "created_at": local(world, customer.created), "updated_at": local(world, customer.updated),
        "admin_graphql_api_id": format!("gid://shopify/Customer/{}", customer.id),
    })
}

fn body_of_order(world: &World, index: usize) -> Value {
    let order = &world.orders[index];
    let id = ORDER + index as i64;
    let set = |cents| rest_set(world, order, cents);
    let discounts = order.lines.iter().map(|line| line.discount).sum();
    let mut body = json!({
        "id": id,
        "admin_graphql_api_id": format!("gid://shopify/Order/{id}"),
        "name": order_name(order.ordinal),
        "order_number": 1_001 + order.ordinal,
        "created_at": local(world, order.created),
        "processed_at": local(world, order.created),
        "updated_at": local(world, order.updated),
        "cancelled_at": maybe(world, order.cancelled),
        "closed_at": maybe(world, order.closed),
        "cancel_reason": order.cancelled.map(|_| "customer"),
        "test": order.test,
        "currency": world.config.currency,
        "presentment_currency": order.presented.map_or(world.config.currency.as_str(), |(currency, _)| currency),
        "financial_status": order.financial().to_lowercase(),
        "fulfillment_status": match order.shipping_state() {
            "FULFILLED" => json!("fulfilled"),
            "PARTIALLY_FULFILLED" => json!("partial"),
            _ => Value::Null,
        },
        "taxes_included": false,
        "source_name": "web",
        "tags": "",
    });
    let more = json!({
        "total_price": padded(order.total()), "total_price_set": set(order.total()),
        "current_total_price": padded(order.current()), "current_total_price_set": set(order.current()),
        "subtotal_price": padded(order.goods()), "subtotal_price_set": set(order.goods()),
        "total_tax": padded(order.tax()), "total_tax_set": set(order.tax()),
        "total_discounts": padded(discounts), "total_discounts_set": set(discounts),
        "customer": order.customer.map(|at| customer(world, at)),
        "line_items": (0..order.lines.len()).map(|line| body_of_line(world, order, line)).collect::<Vec<_>>(),
        "shipping_lines": if order.shipping.0 > 0 {
            json!([{"id": 3_300_000_000_001 + index as i64, "title": "Standard", "price": padded(order.shipping)}])
        } else {
            json!([])
        },
        "discount_codes": order.code.map_or_else(|| json!([]), |(code, percent)| {
            json!([{"code": code, "amount": format!("{percent}.0"), "type": "percentage"}])
        }),
        "fulfillments": (0..order.fulfillments.len()).map(|place| parcel(world, index, place)).collect::<Vec<_>>(),
        "refunds": (0..order.refunds.len()).map(|place| body_of_refund(world, index, place)).collect::<Vec<_>>(),
    });
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    body
}

fn body_of_line(world: &World, order: &Order, place: usize) -> Value {
    let line = &order.lines[place];
    let variant = &world.variants[line.variant];
    let product = &world.products[variant.product];
    json!({
        "id": line.id,
        "variant_id": (!variant.deleted).then(|| variant_id(line.variant)),
        "product_id": (!product.deleted).then(|| product_id(world, line.variant)),
        "product_exists": !product.deleted,
        "sku": variant.sku,
        "title": product.title,
        "quantity": line.quantity,
        "current_quantity": line.current(),
        "fulfillable_quantity": if line.ships { (line.current() - line.shipped).max(0) } else { 0 },
        "gift_card": !line.ships,
        "price": padded(line.price),
        "total_discount": "0.00",
        "discount_allocations": if line.discount.0 > 0 {
            json!([{"amount": padded(line.discount), "discount_application_index": 0}])
        } else {
            json!([])
        },
        "tax_lines": if line.tax.0 > 0 { json!([{"title": "Sales Tax", "price": padded(line.tax)}]) } else { json!([]) },
    })
}

fn body_of_refund(world: &World, index: usize, place: usize) -> Value {
    let order = &world.orders[index];
    let refund = &order.refunds[place];
    let lines = refund.lines.iter().map(|line| {
        json!({
            "id": line.id, "line_item_id": order.lines[line.line].id, "quantity": line.quantity,
            "restock_type": if line.restocked { "return" } else { "no_restock" },
            "subtotal": padded(line.subtotal), "total_tax": padded(line.tax),
        })
    });
    json!({
        "id": refund.id,
        "order_id": ORDER + index as i64,
        "created_at": local(world, refund.at),
        "processed_at": local(world, refund.at),
        "note": null,
        "refund_line_items": lines.collect::<Vec<_>>(),
        "admin_graphql_api_id": format!("gid://shopify/Refund/{}", refund.id),
    })
}

fn parcel(world: &World, index: usize, place: usize) -> Value {
    let order = &world.orders[index];
    let parcel = &order.fulfillments[place];
    let number = format!("EX{:010}", parcel.id % 10_000_000_000);
    json!({
        "id": parcel.id,
        "order_id": ORDER + index as i64,
        "name": format!("{}.{}", order_name(order.ordinal), place + 1),
        "status": if parcel.cancelled { "cancelled" } else { "success" },
        "created_at": local(world, parcel.created),
        "updated_at": local(world, parcel.updated),
        "shipment_status": match (parcel.delivered, parcel.in_transit) {
            (Some(_), _) => json!("delivered"),
            (_, Some(_)) => json!("in_transit"),
            _ => Value::Null,
        },
        "tracking_company": "Example Carrier",
        "tracking_number": number,
        "tracking_numbers": [number],
        "tracking_url": format!("https://track.example/{number}"),
        "location_id": LOCATION,
        "line_items": parcel.lines.iter().map(|(line, units)| {
            json!({"id": order.lines[*line].id, "quantity": units})
        }).collect::<Vec<_>>(),
        "admin_graphql_api_id": format!("gid://shopify/Fulfillment/{}", parcel.id),
    })
}

/// The body of a compliance topic.
pub(crate) fn compliance(world: &World, topic: &str, customer: Option<usize>) -> Value {
    let mut body = json!({"shop_id": world.config.shop_id, "shop_domain": world.config.domain});
    let Some(at) = customer.filter(|_| topic != "shop/redact") else {
        return body;
    };
    let of = |order: &(usize, &Order)| order.1.customer == Some(at);
    let orders: Vec<i64> = world
        .orders
        .iter()
        .enumerate()
        .filter(of)
        .map(|(index, _)| ORDER + index as i64)
        .collect();
    let (_, mail) = person(world.customers[at].buyer);
    body["customer"] = json!({"id": world.customers[at].id, "email": mail, "phone": null});
    if topic == "customers/redact" {
        body["orders_to_redact"] = json!(orders);
    } else {
        body["orders_requested"] = json!(orders);
        body["data_request"] = json!({"id": 9_999});
    }
    body
}
