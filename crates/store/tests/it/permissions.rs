//! The grants as text: whoever opens an object has to show it in the golden.

use crate::golden;
use testkit::db::TestDb;

const HEADING: &str = "\
# Every table, view, sequence, function and schema of ours with who was granted what, and every policy. From the catalog:
# an object that is not listed fails the test. What the roles of a shop can do with it stands in shop_roles.txt.
# Regenerate: UPDATE_GOLDENS=1 cargo nextest run -p store attacks permissions
";

#[tokio::test]
async fn every_grant_and_policy_stands_in_the_golden() {
    let test = TestDb::create("permissions")
        .await
        .expect("a test database");
    let client = test.client().await.expect("a client");
    let rows = client
        .query(include_str!("permissions.sql"), &[])
        .await
        .expect("the catalog");
    let mut text = HEADING.to_owned();
    for row in &rows {
        text.push_str(row.get(0));
        text.push('\n');
    }
    golden::check("permissions.txt", &text);
}
