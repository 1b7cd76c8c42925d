//! The first page: figures for whoever may see them, and for a demo's guest.

use crate::desk::{Desk, user};
use api::SignInLinks;
use store::door::UserId;

async fn front(desk: &Desk, base: &str) -> String {
    let answer = desk.client.get(base).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.text().await.expect("a page")
}

/// The names of shop 1 and shop 2.
async fn names(desk: &Desk) -> (String, String) {
    let client = desk.db.client().await.expect("a client");
    let rows = client
        .query(
            "select name from warehouse.shops where shop_id in (1, 2) order by shop_id",
            &[],
        )
        .await
        .expect("the shops");
    (rows[0].get(0), rows[1].get(0))
}

#[tokio::test]
async fn the_first_page_shows_no_figures_to_a_stranger() {
    let desk = Desk::open("page_plain").await;
    let (first, second) = names(&desk).await;
    let page = front(&desk, &desk.base).await;
    assert!(page.contains("/sign-in"), "{page}");
    assert!(!page.contains(&first) && !page.contains(&second), "{page}");
}

#[tokio::test]
async fn a_demo_shows_its_guest_the_figures_of_his_shops_and_opens_nothing_else() {
    let mut desk = Desk::open("page_guest").await;
    let viewer = user("viewer").parse().expect("a user's id");
    desk.links = SignInLinks::with_guest(UserId(viewer));
    let base = desk.serve_again().await;
    let (first, second) = names(&desk).await;
    let page = front(&desk, &base).await;
    assert!(page.contains("Simulated shops"), "{page}");
    assert!(
        page.contains(&first) && page.contains("AUTHORIZED"),
        "{page}"
    );
    assert!(!page.contains(&second), "another's shop: {page}");
    let api = desk.client.get(format!("{base}/api/v1/shops")).send();
    assert_eq!(api.await.expect("an answer").status(), 401);
}
