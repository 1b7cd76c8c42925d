//! The fields of orders, their lines and their sales.

use serde_json::{Value, json};

use super::document::Sel;
use super::entity::{ORDER, Order};
use super::execute::Run;
use super::node::{Node, Out, bag, gid, maybe_time};
use super::plan::{order_name, person};
use super::world::World;
use crate::Cents;

pub(crate) fn order(run: &mut Run<'_>, index: usize, sel: &Sel) -> Out {
    let world = run.world;
    let order = &world.orders[index];
    let id = ORDER + index as i64;
    let name = sel.name.as_str();
    if let Some(cents) = sum(order, name) {
        return Out::Plain(bag(world, order, cents));
    }
    let contact =
        |part: fn((String, String)) -> String| match order.customer.filter(|_| run.personal) {
            Some(customer) => json!(part(person(world.customers[customer].buyer))),
            None => Value::Null,
        };
    Out::Plain(match name {
        "id" => gid("Order", id),
        "legacyResourceId" => json!(id.to_string()),
        "name" => json!(order_name(order.ordinal)),
        "number" => json!(1_001 + order.ordinal),
        "createdAt" | "processedAt" => json!(order.created),
        "updatedAt" => json!(order.updated),
        "closedAt" => maybe_time(order.closed),
        "closed" => json!(order.closed.is_some()),
        "cancelledAt" => maybe_time(order.cancelled),
        "cancelReason" => order.cancelled.map_or(Value::Null, |_| json!("CUSTOMER")),
        "test" => json!(order.test),
        "confirmed" => json!(true),
        "edited" => json!(order.edited),
        "taxesIncluded" => json!(false),
        "sourceName" => json!("web"),
        "tags" => json!([]),
        "currencyCode" => json!(world.config.currency),
        "presentmentCurrencyCode" => json!(
            order
                .presented
                .map_or(world.config.currency.as_str(), |(currency, _)| currency)
        ),
        "displayFinancialStatus" => json!(order.financial()),
        "displayFulfillmentStatus" => json!(order.shipping_state()),
        "returnStatus" => json!("NO_RETURN"),
        "email" => contact(|(_, mail)| mail),
        "fulfillmentsCount" => count(order.fulfillments.len()),
        "transactionsCount" => count(order.transactions.len()),
        _ => return linked(index, order, name),
    })
}

fn linked(index: usize, order: &Order, name: &str) -> Out {
    let (lines, first) = (order.lines.len(), ORDER + index as i64);
    match name {
        "customer" => Out::maybe(order.customer.map(Node::Customer)),
        "lineItems" => {
            Out::in_order((0..lines).map(|line| (order.lines[line].id, Node::Line(index, line))))
        }
        "shippingLines" => {
            let shown = usize::from(order.shipping.0 > 0);
            Out::in_order((0..shown).map(|_| (first, Node::ShippingLine(index))))
        }
        "discountApplications" => {
            let shown = usize::from(order.code.is_some());
            Out::in_order((0..shown).map(|_| (first, Node::Discount(index))))
        }
        "fulfillments" => Out::Nodes(
            (0..order.fulfillments.len())
                .map(|at| Some(Node::Fulfillment(index, at)))
                .collect(),
        ),
        "refunds" => Out::Nodes(
            (0..order.refunds.len())
                .map(|at| Some(Node::Refund(index, at)))
                .collect(),
        ),
        "transactions" => Out::Nodes(
            (0..order.transactions.len())
                .map(|at| Some(Node::Transaction(index, at)))
                .collect(),
        ),
        "fulfillmentOrders" => {
            Out::in_order(std::iter::once((first, Node::FulfillmentOrder(index))))
        }
        "agreements" => {
            let agreements = order.agreements.iter().enumerate();
            Out::in_order(
                agreements.map(|(at, agreement)| (agreement.id, Node::Agreement(index, at))),
            )
        }
        // phone and note: nobody leaves any.
        _ => Out::Plain(Value::Null),
    }
}

/// The order's sums, in shop money.
fn sum(order: &Order, name: &str) -> Option<Cents> {
    let lines = |of: fn(&super::entity::Line) -> Cents| order.lines.iter().map(of).sum::<Cents>();
    Some(match name {
        "totalPriceSet" => order.total(),
        "currentTotalPriceSet" => order.current(),
        "subtotalPriceSet" => order.goods(),
        "currentSubtotalPriceSet" => {
            lines(|line| line.share(line.gross() - line.discount, 0, line.current()))
        }
        "totalDiscountsSet" => lines(|line| line.discount),
        "totalTaxSet" => order.tax(),
        "currentTotalTaxSet" => order.current_tax(),
        "totalShippingPriceSet" => order.shipping,
        "totalReceivedSet" => order.received(),
        "totalRefundedSet" => order.paid_back(),
        "netPaymentSet" => order.received() - order.paid_back(),
        "totalOutstandingSet" => {
            let goodwill: Cents = order.refunds.iter().map(|refund| refund.goodwill).sum();
            order.current() - (order.received() - order.paid_back() + goodwill)
        }
        _ => return None,
    })
}

pub(crate) fn count(count: usize) -> Value {
    json!({"count": count, "precision": "EXACT"})
}

fn tax_line(world: &World, order: &Order, tax: Cents) -> Value {
    let rate = Cents(world.config.tax_basis_points);
    // A rate is a float at the vendor: 1,300 basis points are 0.13.
    let rate: Value = serde_json::from_str(&format!("0.{:04}", rate.0)).unwrap_or_default();
    json!([{"title": "Sales Tax", "rate": rate, "priceSet": bag(world, order, tax)}])
}

pub(crate) fn line(world: &World, (index, place): (usize, usize), name: &str) -> Out {
    let order = &world.orders[index];
    let line = &order.lines[place];
    let variant = &world.variants[line.variant];
    let product = &world.products[variant.product];
    Out::Plain(match name {
        "id" => gid("LineItem", line.id),
        "sku" => json!(variant.sku),
        "title" | "name" => json!(product.title),
        "vendor" => json!("Example Parts"),
        "variantTitle" => {
            if line.ships {
                json!(variant.title)
            } else {
                Value::Null
            }
        }
        "quantity" => json!(line.quantity),
        "currentQuantity" | "refundableQuantity" => json!(line.current()),
        "unfulfilledQuantity" => json!(if line.ships {
            (line.current() - line.shipped).max(0)
        } else {
            0
        }),
        "nonFulfillableQuantity" => json!(line.quantity - line.current()),
        "isGiftCard" => json!(!line.ships),
        "requiresShipping" => json!(line.ships),
        "product" => {
            return Out::maybe((!product.deleted).then_some(Node::Product(variant.product)));
        }
        "variant" => return Out::maybe((!variant.deleted).then_some(Node::Variant(line.variant))),
        "originalUnitPriceSet" => bag(world, order, line.price),
        // Codes are spread over the lines as allocations and do not touch these.
        "originalTotalSet" | "discountedTotalSet" => bag(world, order, line.gross()),
        "totalDiscountSet" => bag(world, order, Cents::ZERO),
        "discountAllocations" if line.discount.0 > 0 => {
            let application = json!({"__typename": "DiscountCodeApplication", "index": 0, "code": order.code.map(|code| code.0)});
            json!([{"allocatedAmountSet": bag(world, order, line.discount), "discountApplication": application}])
        }
        "taxLines" if line.tax.0 > 0 => tax_line(world, order, line.tax),
        _ => json!([]),
    })
}

pub(crate) fn shipping_line(world: &World, index: usize, name: &str) -> Out {
    let order = &world.orders[index];
    let returned: Cents = order.refunds.iter().map(|refund| refund.shipping).sum();
    Out::Plain(match name {
        "id" => gid("ShippingLine", 3_300_000_000_001 + index as i64),
        "title" => json!("Standard"),
        "code" => Value::Null,
        "isRemoved" => json!(false),
        "originalPriceSet" | "discountedPriceSet" => bag(world, order, order.shipping),
        "currentDiscountedPriceSet" => bag(world, order, order.shipping - returned),
        "taxLines" => tax_line(world, order, order.shipping_tax),
        _ => json!([]),
    })
}

pub(crate) fn discount(world: &World, index: usize, name: &str) -> Out {
    let (code, percent) = world.orders[index].code.unwrap_or_default();
    let percent: Value = serde_json::from_str(&format!("{percent}.0")).unwrap_or_default();
    Out::Plain(match name {
        "index" => json!(0),
        "code" => json!(code),
        "targetType" => json!("LINE_ITEM"),
        "targetSelection" => json!("ALL"),
        "allocationMethod" => json!("ACROSS"),
        "value" => json!({"__typename": "PricingPercentageValue", "percentage": percent}),
        _ => Value::Null,
    })
}

pub(crate) fn agreement(world: &World, (index, place): (usize, usize), name: &str) -> Out {
    let agreement = &world.orders[index].agreements[place];
    Out::Plain(match name {
        "id" => gid("SalesAgreement", agreement.id),
        "happenedAt" => json!(agreement.at),
        "reason" => json!(agreement.reason),
        _ => {
            let sales = agreement.sales.iter().enumerate();
            return Out::in_order(sales.map(|(at, sale)| (sale.id, Node::Sale(index, place, at))));
        }
    })
}

pub(crate) fn sale(
    world: &World,
    (index, agreement, place): (usize, usize, usize),
    name: &str,
) -> Out {
    let order = &world.orders[index];
    let sale = &order.agreements[agreement].sales[place];
    Out::Plain(match name {
        "id" => gid("Sale", sale.id),
        "actionType" => json!(sale.action),
        "lineType" => json!(sale.kind),
        "quantity" => json!(sale.quantity),
        "totalAmount" => bag(world, order, sale.total),
        "totalTaxAmount" => bag(world, order, sale.tax),
        "totalDiscountAmountBeforeTaxes" => bag(world, order, sale.discount),
        "totalDiscountAmountAfterTaxes" => bag(
            world,
            order,
            sale.discount + sale.discount.portion(world.config.tax_basis_points),
        ),
        "lineItem" => return Out::maybe(sale.line.map(|line| Node::Line(index, line))),
        "shippingLine" => return Out::Node(Node::ShippingLine(index)),
        _ => Value::Null,
    })
}

/// The shop's money of an order, for the webhooks' REST shape.
pub(crate) fn rest_set(world: &World, order: &Order, cents: Cents) -> Value {
    let (currency, seen) = super::node::presented(world, order, cents);
    json!({
        "shop_money": {"amount": super::node::padded(cents), "currency_code": world.config.currency},
        "presentment_money": {"amount": super::node::padded(seen), "currency_code": currency},
    })
}

#[cfg(test)]
mod tests {
    use super::super::node::decimal;
    use super::Cents;

    #[test]
    fn money_has_one_digit_at_least_and_no_padding() {
        let texts: Vec<String> = [39_800, 1_350, 1_234, -2_060, 5]
            .map(|cents| decimal(Cents(cents)))
            .into();
        assert_eq!(texts, ["398.0", "13.5", "12.34", "-20.6", "0.05"]);
    }
}
