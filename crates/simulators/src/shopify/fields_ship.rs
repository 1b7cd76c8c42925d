//! The fields of refunds, payments, parcels and the work to be done.

use serde_json::{Value, json};

use super::entity::{LOCATION, ORDER, Order};
use super::node::{Node, Out, bag, gid, maybe_time};
use super::plan::order_name;
use super::roots::FULFILLMENT_ORDER;
use super::world::World;
use crate::Cents;

pub(crate) fn refund(world: &World, (index, place): (usize, usize), name: &str) -> Out {
    let order = &world.orders[index];
    let refund = &order.refunds[place];
    Out::Plain(match name {
        "id" => gid("Refund", refund.id),
        "legacyResourceId" => json!(refund.id.to_string()),
        "createdAt" | "processedAt" | "updatedAt" => json!(refund.at),
        "totalRefundedSet" => bag(world, order, refund.total()),
        "order" => return Out::Node(Node::Order(index)),
        "refundLineItems" => {
            let lines = refund.lines.iter().enumerate();
            return Out::in_order(
                lines.map(|(at, line)| (line.id, Node::RefundLine(index, place, at))),
            );
        }
        "refundShippingLines" => {
            let shown = (refund.shipping.0 > 0)
                .then_some((refund.id + 3, Node::RefundShipping(index, place)));
            return Out::in_order(shown.into_iter());
        }
        "orderAdjustments" => {
            let shown =
                (refund.goodwill.0 > 0).then_some((refund.id + 1, Node::Adjustment(index, place)));
            return Out::in_order(shown.into_iter());
        }
        "transactions" => {
            let paid = refund.transaction;
            let row = (order.transactions[paid].id, Node::Transaction(index, paid));
            return Out::in_order(std::iter::once(row));
        }
        _ => Value::Null,
    })
}

pub(crate) fn refund_line(
    world: &World,
    (index, refund, place): (usize, usize, usize),
    name: &str,
) -> Out {
    let order = &world.orders[index];
    let line = &order.refunds[refund].lines[place];
    Out::Plain(match name {
        "id" => gid("RefundLineItem", line.id),
        "quantity" => json!(line.quantity),
        "restockType" => json!(match (line.restocked, order.cancelled) {
            (false, _) => "NO_RESTOCK",
            (true, Some(_)) => "CANCEL",
            (true, None) => "RETURN",
        }),
        "restocked" => json!(line.restocked),
        "lineItem" => return Out::Node(Node::Line(index, line.line)),
        "location" => {
            return Out::maybe(
                line.restocked
                    .then_some(Node::Location(order.lines[line.line].level % 2)),
            );
        }
        "priceSet" => bag(world, order, order.lines[line.line].price),
        "subtotalSet" => bag(world, order, line.subtotal),
        _ => bag(world, order, line.tax),
    })
}

pub(crate) fn refund_part(
    world: &World,
    node: Node,
    (index, place): (usize, usize),
    name: &str,
) -> Out {
    let order = &world.orders[index];
    let refund = &order.refunds[place];
    let adjustment = matches!(node, Node::Adjustment(..));
    Out::Plain(match name {
        "id" if adjustment => gid("OrderAdjustment", refund.id + 1),
        "id" => gid("RefundShippingLine", refund.id + 3),
        "reason" => json!("REFUND_DISCREPANCY"),
        // More money than was owed is a negative discrepancy.
        "amountSet" => bag(world, order, -refund.goodwill),
        "subtotalAmountSet" => bag(world, order, refund.shipping),
        _ if adjustment => bag(world, order, Cents::ZERO),
        _ => bag(world, order, refund.shipping_tax),
    })
}

pub(crate) fn transaction(world: &World, (index, place): (usize, usize), name: &str) -> Out {
    let order = &world.orders[index];
    let transaction = &order.transactions[place];
    Out::Plain(match name {
        "id" => gid("OrderTransaction", transaction.id),
        "kind" => json!(transaction.kind),
        "status" => json!("SUCCESS"),
        "gateway" => json!("example_gateway"),
        "test" => json!(order.test),
        "processedAt" | "createdAt" => json!(transaction.at),
        "amountSet" => bag(world, order, transaction.amount),
        _ => return Out::maybe((place > 0).then_some(Node::Transaction(index, 0))),
    })
}

pub(crate) fn parcel(world: &World, (index, place): (usize, usize), name: &str) -> Out {
    let order = &world.orders[index];
    let parcel = &order.fulfillments[place];
    let shown = match (parcel.cancelled, parcel.delivered, parcel.in_transit) {
        (true, ..) => "CANCELED",
        (_, Some(_), _) => "DELIVERED",
        (_, _, Some(_)) => "IN_TRANSIT",
        _ => "FULFILLED",
    };
    Out::Plain(match name {
        "id" => gid("Fulfillment", parcel.id),
        "name" => json!(format!("{}-F{}", order_name(order.ordinal), place + 1)),
        "status" => json!(if parcel.cancelled {
            "CANCELLED"
        } else {
            "SUCCESS"
        }),
        "displayStatus" => json!(shown),
        "createdAt" => json!(parcel.created),
        "updatedAt" => json!(parcel.updated),
        "inTransitAt" => maybe_time(parcel.in_transit),
        "deliveredAt" => maybe_time(parcel.delivered),
        "totalQuantity" => json!(parcel.lines.iter().map(|(_, units)| units).sum::<i64>()),
        "location" => {
            let level = parcel
                .lines
                .first()
                .map_or(0, |(line, _)| order.lines[*line].level);
            return Out::Node(Node::Location(level % 2));
        }
        "order" => return Out::Node(Node::Order(index)),
        "trackingInfo" => {
            let number = format!("EX{:010}", parcel.id % 10_000_000_000);
            json!([{"company": "Example Carrier", "number": number, "url": format!("https://track.example/{number}")}])
        }
        "fulfillmentLineItems" => {
            let lines = parcel.lines.iter().enumerate();
            return Out::in_order(lines.map(|(at, (line, _))| {
                (
                    parcel.id * 10 + *line as i64,
                    Node::FulfillmentLine(index, place, at),
                )
            }));
        }
        _ => Value::Null,
    })
}

pub(crate) fn parcel_line(
    world: &World,
    (index, parcel, place): (usize, usize, usize),
    name: &str,
) -> Out {
    let parcel = &world.orders[index].fulfillments[parcel];
    let (line, units) = parcel.lines[place];
    Out::Plain(match name {
        "id" => gid("FulfillmentLineItem", parcel.id * 10 + line as i64),
        "quantity" => json!(units),
        _ => return Out::Node(Node::Line(index, line)),
    })
}

/// The state of an order's fulfilment order.
pub(crate) fn work_state(order: &Order) -> &'static str {
    let shipped = order.lines.iter().any(|line| line.shipped > 0);
    match (order.cancelled.is_some() || order.owed() == 0, shipped) {
        (true, _) => "CLOSED",
        (_, true) => "IN_PROGRESS",
        _ => "OPEN",
    }
}

pub(crate) fn work(world: &World, index: usize, name: &str) -> Out {
    let order = &world.orders[index];
    Out::Plain(match name {
        "id" => gid("FulfillmentOrder", FULFILLMENT_ORDER + index as i64),
        "orderId" => gid("Order", ORDER + index as i64),
        "orderName" => json!(order_name(order.ordinal)),
        "orderProcessedAt" | "createdAt" | "fulfillAt" => json!(order.created),
        "updatedAt" => json!(order.updated),
        "status" => json!(work_state(order)),
        "requestStatus" => json!("UNSUBMITTED"),
        "order" => return Out::Node(Node::Order(index)),
        "assignedLocation" => json!({
            "name": super::fields_goods::PLACES[0], "location": {"id": gid("Location", LOCATION), "name": super::fields_goods::PLACES[0]},
        }),
        "deliveryMethod" => json!({"methodType": "SHIPPING"}),
        "fulfillmentHolds" => json!([]),
        "lineItems" => {
            let lines = order
                .lines
                .iter()
                .enumerate()
                .filter(|(_, line)| line.ships);
            return Out::in_order(
                lines.map(|(at, line)| (line.id + 1, Node::FulfillmentOrderLine(index, at))),
            );
        }
        _ => Value::Null,
    })
}

pub(crate) fn work_line(world: &World, (index, place): (usize, usize), name: &str) -> Out {
    let line = &world.orders[index].lines[place];
    let closed = world.orders[index].cancelled.is_some();
    Out::Plain(match name {
        "id" => gid("FulfillmentOrderLineItem", line.id + 1),
        "totalQuantity" => json!(if closed {
            0
        } else {
            line.quantity - line.removed
        }),
        "remainingQuantity" => json!(if closed {
            0
        } else {
            (line.current() - line.shipped).max(0)
        }),
        "sku" => json!(world.variants[line.variant].sku),
        _ => return Out::Node(Node::Line(index, place)),
    })
}
