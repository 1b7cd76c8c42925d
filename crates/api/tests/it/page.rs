//! The plain page: figures for whoever may see them, and for a demo's guest.

use crate::desk::{Desk, user};
use api::SignInLinks;
use store::door::UserId;

async fn front(desk: &Desk, base: &str) -> String {
    let answer = desk
        .client
        .get(format!("{base}/plain"))
        .send()
        .await
        .expect("an answer");
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
async fn the_plain_page_shows_no_figures_to_a_stranger() {
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

#[tokio::test]
async fn a_demo_lets_its_guest_in_as_a_viewer_and_no_other_server_does() {
    let mut desk = Desk::open("page_guest_in").await;
    let none = desk.client.post(desk.url("/sign-in/guest")).send().await;
    assert_eq!(none.expect("an answer").status(), 404);
    let viewer = user("viewer").parse().expect("a user's id");
    desk.links = SignInLinks::with_guest(UserId(viewer));
    let base = desk.serve_again().await;
    let shown = desk.client.get(format!("{base}/sign-in")).send().await;
    let shown = shown.expect("a page").text().await.expect("a text");
    assert!(shown.contains("action=\"/sign-in/guest\""), "{shown}");
    let foreign = desk
        .client
        .post(format!("{base}/sign-in/guest"))
        .header("sec-fetch-site", "cross-site");
    assert_eq!(foreign.send().await.expect("an answer").status(), 403);
    let entered = desk.client.post(format!("{base}/sign-in/guest")).send();
    let entered = entered.await.expect("an answer");
    assert_eq!(entered.status(), 303);
    let session = entered
        .headers()
        .get_all("set-cookie")
        .iter()
        .find_map(|line| {
            let pair = line.to_str().ok()?.split(';').next()?;
            pair.starts_with("pitwall_session=")
                .then(|| pair.to_owned())
        })
        .expect("a session");
    let me = desk
        .client
        .get(format!("{base}/api/v1/me"))
        .header("cookie", session)
        .send();
    let me = me.await.expect("an answer").text().await.expect("a text");
    assert!(
        me.contains("\"viewer\"") && !me.contains("\"owner\""),
        "{me}"
    );
}
