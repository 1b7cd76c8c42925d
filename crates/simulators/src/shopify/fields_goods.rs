//! The fields of the shop, products, stock, places, customers and events.

use serde_json::{Value, json};

use super::document::Sel;
use super::entity::{ITEM, LEVEL, LOCATION, PRODUCT, variant_id};
use super::execute::Run;
use super::fields_order::count;
use super::node::{Node, Out, gid, money, padded, parse_gid};
use super::plan::person;
use super::roots::{self, levels};
use super::world::World;

/// The third one is closed.
pub(crate) const PLACES: [&str; 3] = ["Main room", "Back room", "Old barn"];
/// The kinds of quantities of a level.
const QUANTITIES: [&str; 8] = [
    "available",
    "on_hand",
    "committed",
    "incoming",
    "reserved",
    "damaged",
    "safety_stock",
    "quality_control",
];

pub(crate) fn shop(run: &Run<'_>, name: &str) -> Out {
    let config = &run.world.config;
    let offset = run
        .world
        .zone
        .to_offset(run.world.now.timestamp())
        .seconds()
        / 60;
    Out::Plain(match name {
        "id" => gid("Shop", config.shop_id),
        "name" => json!(config.name),
        "email" => json!("owner@example.com"),
        "myshopifyDomain" => json!(config.domain),
        "currencyCode" => json!(config.currency),
        "enabledPresentmentCurrencies" => json!([config.currency, "USD"]),
        "ianaTimezone" => json!(config.timezone),
        "timezoneOffsetMinutes" => json!(offset),
        "taxesIncluded" => json!(false),
        "createdAt" => json!(run.world.products[0].created),
        _ => json!({
            "publicDisplayName": run.plan, "displayName": run.plan, "shopifyPlus": run.plan == "Shopify Plus",
            "partnerDevelopment": false,
        }),
    })
}

pub(crate) fn customer(run: &Run<'_>, at: usize, name: &str) -> Out {
    let world = run.world;
    let customer = &world.customers[at];
    let (full, mail) = person(customer.buyer);
    let (first, last) = full.split_once(' ').unwrap_or((&full, ""));
    let shown = |value: Value| if run.personal { value } else { Value::Null };
    Out::Plain(match name {
        "id" => gid("Customer", customer.id),
        "legacyResourceId" => json!(customer.id.to_string()),
        "createdAt" => json!(customer.created),
        "updatedAt" => json!(customer.updated),
        "state" => json!("DISABLED"),
        "numberOfOrders" => json!(customer.orders.to_string()),
        "amountSpent" => money(world, customer.spent),
        "tags" => json!([]),
        "verifiedEmail" => json!(true),
        "taxExempt" => json!(false),
        "firstName" => shown(json!(first)),
        "lastName" => shown(json!(last)),
        "displayName" => shown(json!(full)),
        "lastOrder" => {
            return Out::maybe(
                customer
                    .last_order
                    .filter(|order| roots::visible(world, *order, run.sees_all))
                    .map(Node::Order),
            );
        }
        "defaultEmailAddress" => {
            shown(json!({"emailAddress": mail, "marketingState": "NOT_SUBSCRIBED"}))
        }
        _ => Value::Null,
    })
}

pub(crate) fn product(world: &World, at: usize, name: &str) -> Out {
    let product = &world.products[at];
    let id = PRODUCT + at as i64;
    let first = (at * 4).min(world.variants.len());
    let variants = || first..(first + if product.gift_card { 1 } else { 4 });
    Out::Plain(match name {
        "id" => gid("Product", id),
        "legacyResourceId" => json!(id.to_string()),
        "title" => json!(product.title),
        "handle" => json!(product.handle),
        "status" => json!(product.status),
        "productType" => json!(product.kind),
        "vendor" => json!("Example Parts"),
        "tags" => json!(product.tags),
        "isGiftCard" => json!(product.gift_card),
        "totalInventory" => json!(if product.gift_card {
            0
        } else {
            variants().map(|at| world.stock(at)).sum::<i64>()
        }),
        "tracksInventory" => json!(!product.gift_card),
        "createdAt" | "publishedAt" => json!(product.created),
        "updatedAt" => json!(product.updated),
        "variantsCount" => count(variants().len()),
        _ => return Out::in_order(variants().map(|at| (variant_id(at), Node::Variant(at)))),
    })
}

pub(crate) fn variant(world: &World, at: usize, name: &str) -> Out {
    let variant = &world.variants[at];
    let product = &world.products[variant.product];
    let id = variant_id(at);
    Out::Plain(match name {
        "id" => gid("ProductVariant", id),
        "legacyResourceId" => json!(id.to_string()),
        "sku" => json!(variant.sku),
        "title" => json!(variant.title),
        "displayName" => json!(format!("{} - {}", product.title, variant.title)),
        "price" => json!(padded(variant.price)),
        "position" => json!(variant.position),
        "inventoryPolicy" => json!(if variant.continues {
            "CONTINUE"
        } else {
            "DENY"
        }),
        "inventoryQuantity" | "sellableOnlineQuantity" => json!(world.stock(at)),
        "taxable" => json!(variant.tracked),
        "createdAt" => json!(product.created),
        "updatedAt" => json!(variant.updated),
        "product" => return Out::Node(Node::Product(variant.product)),
        "inventoryItem" => return Out::Node(Node::Item(at)),
        _ => Value::Null,
    })
}

pub(crate) fn item(run: &mut Run<'_>, at: usize, sel: &Sel) -> Out {
    let variant = &run.world.variants[at];
    let id = ITEM + at as i64 * 3;
    Out::Plain(match sel.name.as_str() {
        "id" => gid("InventoryItem", id),
        "legacyResourceId" => json!(id.to_string()),
        "sku" => json!(variant.sku),
        "tracked" | "requiresShipping" => json!(variant.tracked),
        "duplicateSkuCount" => json!(0),
        "createdAt" => json!(run.world.products[variant.product].created),
        "updatedAt" => json!(variant.updated),
        "unitCost" => variant
            .cost
            .map_or(Value::Null, |cost| money(run.world, cost)),
        "variant" => return Out::Node(Node::Variant(at)),
        "variants" => return Out::in_order(std::iter::once((variant_id(at), Node::Variant(at)))),
        "inventoryLevels" => return levels(run, sel, at * 2..at * 2 + 2),
        _ => {
            let place = sel
                .args
                .get("locationId")
                .and_then(Value::as_str)
                .and_then(parse_gid);
            let place = place
                .and_then(|(_, id)| super::entity::index_of(id, LOCATION, 1))
                .filter(|place| *place < 2);
            return Out::maybe(place.map(|place| Node::Level(at * 2 + place)));
        }
    })
}

pub(crate) fn level(world: &World, at: usize, sel: &Sel) -> Out {
    let level = &world.levels[at];
    let (id, item) = (LEVEL + at as i64, ITEM + (at / 2) as i64 * 3);
    Out::Plain(match sel.name.as_str() {
        "id" => json!(format!(
            "gid://shopify/InventoryLevel/{id}?inventory_item_id={item}"
        )),
        "createdAt" => json!(level.created),
        "updatedAt" => json!(level.updated),
        "isActive" => json!(true),
        "item" => return Out::Node(Node::Item(at / 2)),
        "location" => return Out::Node(Node::Location(at % 2)),
        _ => {
            let names = sel.args["names"].as_array().cloned().unwrap_or_default();
            let asked = names
                .iter()
                .filter_map(Value::as_str)
                .filter(|name| QUANTITIES.contains(name));
            let rows = asked.map(|name| {
                let (quantity, touched) = match name {
                    "available" => (level.available, level.counted),
                    "on_hand" => (level.available + level.committed, None),
                    "committed" => (level.committed, None),
                    "incoming" => (level.incoming, None),
                    _ => (0, None),
                };
                let id = format!(
                    "gid://shopify/InventoryQuantity/{id}?inventory_item_id={item}&name={name}"
                );
                json!({"id": id, "name": name, "quantity": quantity, "updatedAt": touched})
            });
            json!(rows.collect::<Vec<Value>>())
        }
    })
}

pub(crate) fn location(run: &mut Run<'_>, at: usize, sel: &Sel) -> Out {
    let id = LOCATION + at as i64;
    let born = run.world.products[0].created;
    Out::Plain(match sel.name.as_str() {
        "id" => gid("Location", id),
        "legacyResourceId" => json!(id.to_string()),
        "name" => json!(PLACES[at]),
        "isActive" | "fulfillsOnlineOrders" => json!(at < 2),
        "createdAt" | "updatedAt" => json!(born),
        _ if at < 2 => {
            let count = run.world.levels.len() / 2;
            return levels(run, sel, (0..count).map(|variant| variant * 2 + at));
        }
        _ => return Out::Rows(Vec::new(), false),
    })
}

pub(crate) fn event(world: &World, at: usize, name: &str) -> Out {
    let event = &world.destroyed[at];
    Out::Plain(match name {
        "id" => gid("BasicEvent", 30_000_001 + at as i64),
        "action" => json!("destroy"),
        "createdAt" => json!(event.at),
        "message" => json!(format!("A {} was deleted", event.kind.to_lowercase())),
        "subjectType" => json!(event.kind.to_uppercase()),
        _ => gid(event.kind, event.subject),
    })
}
