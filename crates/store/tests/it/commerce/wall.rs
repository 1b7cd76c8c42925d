//! Who sees what of a store, and that a session's time zone changes nothing.

use super::support::{ALPHA, OWNER, STRANGER, Store, VIEWER};

async fn views(store: &Store) -> Vec<String> {
    let client = store.test.client().await.expect("a client");
    let rows = client
        .query(
            "select relname::text from pg_class where relnamespace = 'warehouse'::regnamespace and relkind = 'v' \
               and relname like 'v\\_%' and relname <> 'v_shop_header' order by 1",
            &[],
        )
        .await
        .expect("the catalog");
    rows.iter().map(|row| row.get(0)).collect()
}

async fn filled(name: &str) -> Store {
    let store = Store::new(name, &[(ALPHA, "Pacific/Auckland")]).await;
    store
        .sql(&format!(
            "select t.product({ALPHA}, 1, 'Brakes & Wheels', null, 30); \
             update warehouse.store_products set tags = tags || '{{make:Ford,year:1932}}'::text[]; \
             select t.sell({ALPHA}, d::date, 1, 1, 'DISC', 2, 5000) from generate_series(date '2025-06-01', '2025-10-14', '1 day') d; \
             update warehouse.store_orders set customer_id = id % 7 + 1; \
             select t.stock({ALPHA}, 'LAST', 1, 0, 7, 30, 0), \
               t.parcel({ALPHA}, 1, 'unfulfilled', '2025-10-01 12:00Z', null, null), \
               t.talk({ALPHA}, 1, 'open', '2025-10-15 07:00Z', null, null, 'negative', 'high', 'ann'); \
             insert into warehouse.contacts (shop_id, id, name) values ({ALPHA}, 5, 'Sample Person'); \
             update warehouse.conversations set contact_id = 5; \
             insert into warehouse.shop_events (shop_id, happened_at, kind, action, actor) values \
               ({ALPHA}, '2025-10-15 01:00Z', 'session', 'open', 'ann'), ({ALPHA}, '2025-10-15 01:10Z', 'decision', 'act', 'ann')"
        ))
        .await;
    store.build(ALPHA).await;
    let session = store.sync(ALPHA).await;
    store::commerce::tick(&session, domain::ShopId(ALPHA), store.now)
        .await
        .expect("a tick");
    session.commit().await.expect("a commit");
    store
}

#[tokio::test]
async fn a_foreign_user_sees_nothing_of_a_store_in_any_view() {
    let store = filled("commerce_foreign").await;
    let mut told = 0;
    for view in views(&store).await {
        let question = format!("select * from {view}");
        let mine = store.rows_as(OWNER, "UTC", &question).await;
        told += usize::from(!mine.is_empty());
        let theirs = store.rows_as(STRANGER, "UTC", &question).await;
        assert!(theirs.is_empty(), "{view}: {theirs:?}");
    }
    assert!(told >= 40, "only {told} views had anything to hide");
}

#[tokio::test]
async fn names_and_messages_are_for_owners_and_managers() {
    let store = filled("commerce_names").await;
    let question = "select chatwoot_conversation_id, customer_name from v_cx_escalations";
    assert_eq!(
        store.rows_as(OWNER, "UTC", question).await,
        ["1|Sample Person"]
    );
    assert_eq!(
        store.rows_as(VIEWER, "UTC", question).await,
        ["1|-"],
        "the row stays, the name does not"
    );
    for table in ["contacts", "messages", "store_customers", "csat_ratings"] {
        let rows = store
            .rows_as(VIEWER, "UTC", &format!("select * from {table}"))
            .await;
        assert!(rows.is_empty(), "{table}");
    }
    assert!(
        !store
            .rows_as(VIEWER, "UTC", "select * from v_sales_pulse_current")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn sessions_in_every_zone_get_the_same_figures() {
    let store = filled("commerce_zones").await;
    for view in views(&store).await {
        // Instants as numbers: their text follows the session by design.
        let question = format!(
            "select (select jsonb_object_agg(k, case when v ~ '^\\d{{4}}-\\d\\d-\\d\\dT\\d\\d:' then to_jsonb(extract(epoch from v::timestamptz)) else to_jsonb(v) end) \
               from jsonb_each_text(to_jsonb(x)) as e (k, v)) from {view} x"
        );
        let here = store.rows_as(OWNER, "UTC", &question).await;
        for zone in ["Asia/Tokyo", "America/Chicago"] {
            assert_eq!(
                store.rows_as(OWNER, zone, &question).await,
                here,
                "{view} in {zone}"
            );
        }
    }
}

#[tokio::test]
async fn the_loader_in_another_zone_writes_the_same_days() {
    let store = filled("commerce_loader_zone").await;
    let days = "select metric_date, total_revenue, order_count, revenue_growth_pct from sales_metrics_daily order by 1";
    let before = store.rows(days).await;
    store
        .sql("truncate warehouse.sales_metrics_daily, warehouse.sku_performance, warehouse.store_order_days")
        .await;
    let database = store.test.name();
    store
        .sql(&format!(
            "alter database \"{database}\" set timezone = 'America/Chicago'"
        ))
        .await;
    let fresh = Store {
        database: store::Database::connect(&store::DatabaseSettings::new(store.test.url()))
            .await
            .expect("a connection"),
        ..store
    };
    fresh.build(ALPHA).await;
    let after = fresh.rows(days).await;
    let differing: Vec<_> = before
        .iter()
        .zip(&after)
        .filter(|(one, other)| one != other)
        .collect();
    assert!(
        differing.is_empty() && before.len() == after.len(),
        "{differing:?}"
    );
    assert!(before.len() > 100);
}
