//! The repair order of reference/tekmetric.md A.8.4 (golden G3), served as given, then changed by
//! hand as golden G11 tells.

use serde_json::{Value, json};
use simulators::Stamp;
use simulators::tekmetric::{FixtureShop, Mutation, Simulator, SimulatorConfig, WorldBuilder};

use crate::client::Client;

fn given() -> Value {
    serde_json::from_str(include_str!("../fixtures/g3.json")).expect("JSON")
}

fn config() -> SimulatorConfig {
    let shop = FixtureShop {
        timezone: "America/New_York".to_owned(),
        shop: json!({"id": 901, "name": "Example Auto & Tire"}),
        repair_orders: vec![given()],
        ..FixtureShop::default()
    };
    let now = Stamp::parse_zoned("2026-07-11T12:00:00Z").expect("an instant");
    SimulatorConfig::new(WorldBuilder::from_json(now, vec![shop]).expect("a world"))
}

#[tokio::test]
async fn a_fixture_is_served_as_given_and_its_books_are_right() {
    let running = Simulator::start(config()).await.expect("a free port");
    let client = Client::connect(&running).await;
    assert_eq!(
        client.walk("/api/v1/repair-orders?shop=901").await,
        [given()]
    );
    let ledger = running.ledger();
    let shop = ledger.shop(901).expect("a shop");
    let day = &shop.posted_days["2026-07-10"];
    assert_eq!(
        (day.net_sales_cents.0, day.total_sales_cents.0),
        (106_527, 109_651)
    );
    assert_eq!(
        (day.parts_cost_cents.0, day.sublet_cost_cents.0),
        (19_263, 9_500)
    );
    assert_eq!((day.fees_cents.0, day.discounts_cents.0), (2_990, 4_000));
    assert_eq!(day.labor_hours.to_string(), "3.2");
    assert_eq!(shop.sold_days["2026-07-09"].revenue_cents.0, 107_537);
}

#[tokio::test]
async fn late_edits_and_a_repost_move_the_books() {
    let running = Simulator::start(config()).await.expect("a free port");
    let client = Client::connect(&running).await;
    running.clock().advance(2 * 86_400);
    let world = running.world();
    let order = 310_045_001;
    let technician = Mutation::SetTechnician {
        line_id: Some(990_000_002),
        technician_id: Some(6_103),
    };
    world.mutate(order, technician).expect("the line exists");
    world
        .mutate(order, Mutation::RemoveDiscount { id: Some(125_002) })
        .expect("the discount exists");
    let row = client
        .get(&format!("/api/v1/repair-orders/{order}"))
        .await
        .json();
    assert_eq!(row["totalSales"], 109_027 + 3_124);
    assert_eq!(row["jobs"][0]["labor"][1]["technicianId"], 6_103);
    assert_eq!(row["updatedDate"], "2026-07-13T12:00:00Z");
    let mut expected = given();
    for key in [
        "laborSales",
        "partsSales",
        "subletSales",
        "feeTotal",
        "taxes",
        "postedDate",
        "completedDate",
    ] {
        assert_eq!(row[key], expected[key].take(), "{key}");
    }
    world
        .mutate(
            order,
            Mutation::Repost {
                at: Some("2026-07-13T15:00:00Z".to_owned()),
            },
        )
        .expect("it is posted");
    let ledger = running.ledger();
    let days = &ledger.shop(901).expect("a shop").posted_days;
    assert_eq!(days.keys().collect::<Vec<_>>(), ["2026-07-13"]);
    assert_eq!(days["2026-07-13"].net_sales_cents.0, 109_027);
    assert!(world.mutate(order, Mutation::Undelete).is_err());
    assert!(world.mutate(1, Mutation::Delete).is_err());
}
