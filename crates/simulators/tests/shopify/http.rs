//! The interface over real HTTP.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use simulators::shopify::{Fault, Mutation, Plan, Rate, Setting, SimulatorConfig};

use crate::client::{ask, data, post, raw, walk};
use crate::{serving, serving_as, small, start};

const ORDERS: &str = "query($after:String){orders(first:25,after:$after,sortKey:UPDATED_AT){pageInfo{hasNextPage endCursor} \
    nodes{id updatedAt lineItems(first:50){pageInfo{hasNextPage} nodes{id sku quantity}}}}}";

#[tokio::test]
async fn orders_page_by_cursor_without_loss_or_repetition() {
    let running = serving(30).await;
    let rows = walk(&running, "orders", ORDERS).await;
    let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
    assert_eq!(ids.len(), rows.len());
    let times: Vec<&str> = rows
        .iter()
        .filter_map(|row| row["updatedAt"].as_str())
        .collect();
    assert!(times.is_sorted());
    let count = data(
        &running,
        "{ordersCount(limit:null){count precision}}",
        json!({}),
    )
    .await;
    assert_eq!(count["ordersCount"]["count"], json!(rows.len()));
    let books = running.ledger();
    let test = data(
        &running,
        "{ordersCount(query:\"test:true\"){count}}",
        json!({}),
    )
    .await;
    let booked: i64 = books.days.values().map(|day| day.orders).sum();
    assert_eq!(
        rows.len() as i64,
        booked + test["ordersCount"]["count"].as_i64().expect("a count")
    );
}

#[tokio::test]
async fn a_page_walked_backwards_is_the_same_page() {
    let running = serving(20).await;
    let forward = data(
        &running,
        "{orders(first:3){nodes{id} pageInfo{endCursor}}}",
        json!({}),
    )
    .await;
    let cursor = forward["orders"]["pageInfo"]["endCursor"].clone();
    let next = data(
        &running,
        "query($c:String){orders(first:1,after:$c){edges{cursor node{id}}}}",
        json!({"c": cursor}),
    )
    .await;
    let cursor = next["orders"]["edges"][0]["cursor"].clone();
    let back = data(
        &running,
        "query($c:String){orders(last:3,before:$c){nodes{id}}}",
        json!({"c": cursor}),
    )
    .await;
    assert_eq!(back["orders"]["nodes"], forward["orders"]["nodes"]);
}

#[tokio::test]
async fn what_is_not_in_the_schema_is_an_error() {
    let running = serving(5).await;
    for (query, code) in [
        ("{orders(first:1){nodes{colour}}}", "undefinedField"),
        ("{orders(first:1){nodes{customer}}}", "selectionMismatch"),
        (
            "{orders(first:1,colour:1){nodes{id}}}",
            "argumentNotAccepted",
        ),
        ("{order{id}}", "missingRequiredArguments"),
        ("{orders(first:1){nodes{id}}", "PARSE_ERROR"),
        ("query($a:ID!){order(id:$a){id}}", "INVALID_VARIABLE"),
        (
            "{orders(first:1){nodes{... on Colour{id}}}}",
            "undefinedType",
        ),
        ("{orders{nodes{id}}}", "BAD_REQUEST"),
        ("{orders(first:251){nodes{id}}}", "INVALID_FIELD_ARGUMENTS"),
        ("{order(id:\"nonsense\"){id}}", "RESOURCE_NOT_FOUND"),
    ] {
        let answer = ask(&running, query, json!({})).await;
        assert_eq!(
            answer["errors"][0]["extensions"]["code"], code,
            "{query}: {answer}"
        );
    }
    let unknown = data(
        &running,
        "{order(id:\"gid://shopify/Order/1\"){id}}",
        json!({}),
    )
    .await;
    assert_eq!(unknown["order"], Value::Null);
}

#[tokio::test]
async fn an_empty_bucket_throttles_and_refills() {
    let config = SimulatorConfig {
        throttled: true,
        plan: Plan::Standard,
        ..SimulatorConfig::new(small(5))
    };
    let running = serving_as(config).await;
    let dear = "{orders(first:250){nodes{id lineItems(first:50){nodes{id product{id} variant{id}}} \
        agreements(first:25){nodes{id sales(first:25){nodes{id}}}}}}}";
    let mut throttled = None;
    for _ in 0..80 {
        let answer = ask(&running, dear, json!({})).await;
        let cost = &answer["extensions"]["cost"];
        assert_eq!(cost["requestedQueryCost"], 882);
        if answer["errors"][0]["extensions"]["code"] == "THROTTLED" {
            assert!(answer.get("data").is_none() && cost["actualQueryCost"].is_null());
            throttled = Some(
                cost["throttleStatus"]["currentlyAvailable"]
                    .as_i64()
                    .expect("points"),
            );
            break;
        }
        assert!(cost["actualQueryCost"].as_i64() <= cost["requestedQueryCost"].as_i64());
    }
    assert!(throttled.expect("the bucket is empty at last") < 882);
    running.clock().advance(20);
    let answer = ask(&running, dear, json!({})).await;
    assert!(answer.get("errors").is_none());
    let too_dear = "{orders(first:250){nodes{lineItems(first:250){nodes{id product{id variants(first:100){nodes{id}}}}}}}}";
    let answer = ask(&running, too_dear, json!({})).await;
    assert_eq!(
        answer["errors"][0]["extensions"]["code"],
        "MAX_COST_EXCEEDED"
    );
}

#[tokio::test]
async fn searches_filter_by_quoted_times_and_fail_open_on_unknown_fields() {
    let running = serving(30).await;
    let count = |query: &str| {
        let query = format!("{{orders(first:250,query:\"{query}\"){{nodes{{id updatedAt}}}}}}");
        let running = &running;
        async move { ask(running, &query, json!({})).await }
    };
    let all = count("").await["data"]["orders"]["nodes"]
        .as_array()
        .expect("rows")
        .len();
    let window =
        count("updated_at:>='2026-11-18T00:00:00Z' AND updated_at:<'2026-11-19T00:00:00Z'").await;
    let rows = window["data"]["orders"]["nodes"]
        .as_array()
        .expect("rows")
        .clone();
    assert!(!rows.is_empty() && rows.len() < all);
    assert!(rows.iter().all(|row| {
        row["updatedAt"]
            .as_str()
            .is_some_and(|at| at.starts_with("2026-11-18"))
    }));
    let open = count("colour:red").await;
    assert_eq!(
        open["data"]["orders"]["nodes"]
            .as_array()
            .expect("rows")
            .len(),
        all
    );
    assert_eq!(
        open["extensions"]["search"][0]["warnings"][0]["code"],
        "invalid_field"
    );
    let unquoted = count("updated_at:>=2026-11-18T00:00:00Z").await;
    assert!(unquoted["extensions"]["search"][0]["warnings"][0]["code"].is_string());
    let either = count("(status:cancelled OR status:open) -test:true").await;
    assert!(
        either["data"]["orders"]["nodes"]
            .as_array()
            .expect("rows")
            .len()
            < all
    );
}

#[tokio::test]
async fn without_the_scope_older_orders_are_silently_absent() {
    let mut config = SimulatorConfig::new(small(90));
    config
        .scopes
        .retain(|scope| scope != "read_all_orders" && scope != "read_customers");
    let running = serving_as(config).await;
    let rows = walk(
        &running,
        "orders",
        "query($after:String){orders(first:250,after:$after,sortKey:CREATED_AT){\
        pageInfo{hasNextPage endCursor} nodes{id createdAt}}}",
    )
    .await;
    let window = start().plus(-60 * 86_400).to_string();
    assert!(
        rows.iter()
            .all(|row| row["createdAt"].as_str().is_some_and(|at| *at >= *window))
    );
    assert!(running.ledger().fulfilment.len() > rows.len());
    let denied = ask(
        &running,
        "{shop{name} customers(first:1){nodes{id}}}",
        json!({}),
    )
    .await;
    assert_eq!(denied["errors"][0]["extensions"]["code"], "ACCESS_DENIED");
    assert!(denied["data"]["customers"].is_null() && denied["data"]["shop"]["name"].is_string());
}

#[tokio::test]
async fn stock_goods_and_people_are_served() {
    let running = serving(20).await;
    let query = "query($after:String){products(first:50,after:$after,sortKey:UPDATED_AT){pageInfo{hasNextPage endCursor} \
        nodes{id status variantsCount{count} variants(first:100){nodes{id price inventoryItem{id unitCost{amount}}}}}}}";
    let products = walk(&running, "products", query).await;
    assert_eq!(products.len(), 20);
    let mut available = 0;
    for place in ["8001", "8002"] {
        let query = "query($loc:ID!){location(id:$loc){inventoryLevels(first:250){pageInfo{hasNextPage} nodes{id \
            quantities(names:[\"available\",\"on_hand\",\"committed\"]){name quantity updatedAt}}}}}";
        let variables = json!({"loc": format!("gid://shopify/Location/{place}")});
        let answer = data(&running, query, variables).await;
        let levels = answer["location"]["inventoryLevels"]["nodes"]
            .as_array()
            .expect("levels")
            .clone();
        assert!(levels.iter().all(|level| {
            level["id"]
                .as_str()
                .is_some_and(|id| id.contains("?inventory_item_id="))
        }));
        for level in &levels {
            let of = |place: usize| {
                level["quantities"][place]["quantity"]
                    .as_i64()
                    .expect("units")
            };
            assert_eq!(of(1), of(0) + of(2));
            available += of(0);
        }
    }
    let books = running.ledger();
    let gift = books
        .stock
        .values()
        .next_back()
        .expect("the gift card")
        .available;
    assert_eq!(
        available,
        books.stock.values().map(|book| book.available).sum::<i64>() - gift
    );
    let customers = walk(&running, "customers", "query($after:String){customers(first:100,after:$after){\
        pageInfo{hasNextPage endCursor} nodes{id numberOfOrders defaultEmailAddress{emailAddress}}}}").await;
    assert!(
        customers
            .iter()
            .all(|row| row["numberOfOrders"].is_string())
    );
}

#[tokio::test]
async fn deletions_and_merges_leave_what_the_vendor_leaves() {
    let running = serving(20).await;
    let first = data(
        &running,
        "{orders(first:1,sortKey:ID){nodes{id lineItems(first:1){nodes{product{id}}}}} \
        customers(first:2){nodes{id}}}",
        json!({}),
    )
    .await;
    let number = |value: &Value| -> i64 {
        value
            .as_str()
            .and_then(|id| id.rsplit('/').next())
            .and_then(|id| id.parse().ok())
            .expect("an id")
    };
    let order = first["orders"]["nodes"][0]["id"].clone();
    let product = &first["orders"]["nodes"][0]["lineItems"]["nodes"][0]["product"]["id"];
    let people = &first["customers"]["nodes"];
    let world = running.world();
    world
        .mutate(Mutation::DeleteProduct {
            product_id: number(product),
        })
        .expect("it is there");
    let merge = Mutation::MergeCustomers {
        from: number(&people[0]["id"]),
        into: number(&people[1]["id"]),
    };
    world.mutate(merge).expect("both are there");
    let query = "query($o:ID!,$c:ID!){order(id:$o){lineItems(first:1){nodes{title product{id} variant{id}}}} customer(id:$c){id}}";
    let answer = data(&running, query, json!({"o": order, "c": people[0]["id"]})).await;
    let line = &answer["order"]["lineItems"]["nodes"][0];
    assert!(line["title"].is_string() && line["product"].is_null() && line["variant"].is_null());
    assert!(answer["customer"].is_null());
    world
        .mutate(Mutation::DeleteOrder {
            order_id: number(&order),
        })
        .expect("it is there");
    let query = "query($o:ID!){order(id:$o){id} events(first:9,query:\"action:destroy\"){nodes{... on BasicEvent{subjectId subjectType}}}}";
    let answer = data(&running, query, json!({"o": order})).await;
    assert!(answer["order"].is_null());
    let told = answer["events"]["nodes"].as_array().expect("events");
    assert!(
        told.iter()
            .any(|event| event["subjectId"] == order && event["subjectType"] == "ORDER")
    );
}

#[tokio::test]
async fn faults_strike_by_name() {
    let running = serving(10).await;
    for (name, status) in [
        ("401", 401),
        ("402", 402),
        ("403", 403),
        ("423", 423),
        ("429", 429),
        ("430", 430),
        ("5xx", 502),
    ] {
        running.faults().set(name, Rate::NextN(1)).expect("a fault");
        assert_eq!(
            post(&running, "{shop{id}}", json!({})).await.status,
            status,
            "{name}"
        );
        assert_eq!(
            post(&running, "{shop{id}}", json!({})).await.status,
            200,
            "{name} is over"
        );
    }
    running
        .faults()
        .set("throttled", Rate::NextN(1))
        .expect("a fault");
    let answer = ask(&running, "{shop{id}}", json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "THROTTLED");
    running
        .faults()
        .set("empty_page", Rate::NextN(1))
        .expect("a fault");
    let page = data(
        &running,
        "{orders(first:5){nodes{id} pageInfo{hasNextPage endCursor}}}",
        json!({}),
    )
    .await;
    assert_eq!(
        page["orders"],
        json!({"nodes": [], "pageInfo": {"hasNextPage": true, "endCursor": null}})
    );
    running
        .faults()
        .set("partial_data", Rate::NextN(1))
        .expect("a fault");
    let page = ask(&running, "{orders(first:5){nodes{id}} shop{id}}", json!({})).await;
    assert!(
        page["data"]["orders"].is_null()
            && page["data"]["shop"]["id"].is_string()
            && page["errors"].is_array()
    );
    let customers = Setting {
        path: Some("customer".to_owned()),
        ..Rate::Always.into()
    };
    running.faults().set_with(Fault::AccessDenied, customers);
    let page = ask(
        &running,
        "{orders(first:2){nodes{id customer{id}}}}",
        json!({}),
    )
    .await;
    assert_eq!(page["errors"][0]["path"], json!(["orders", "customer"]));
    assert!(running.faults().set("colour", Rate::Always).is_err());
    running.faults().clear();
    let wrong =
        "POST /admin/api/2020-01/graphql.json HTTP/1.1\r\nContent-Type: application/json\r\n";
    assert_eq!(raw(&running, wrong, "{}").await.status, 404);
}
