//! The interface over real HTTP.

use serde_json::{Value, json};
use simulators::chatwoot::{Mutation, Rate};

use crate::{get, get_as, serving, walk};

/// All messages of a conversation, a hundred at a time.
async fn history(running: &simulators::chatwoot::Running, id: i64) -> Vec<Value> {
    let (mut rows, mut after) = (Vec::new(), 0);
    loop {
        let page = get(
            running,
            &format!("conversations/{id}/messages?after={after}"),
        )
        .await;
        let shown = page["payload"].as_array().expect("messages").clone();
        let Some(last) = shown.last() else {
            return rows;
        };
        after = last["id"].as_i64().expect("an id");
        rows.extend(shown);
    }
}

#[tokio::test]
async fn only_open_conversations_come_unless_all_are_asked_for() {
    let running = serving().await;
    let all = walk(&running, "status=all").await;
    assert_eq!(all.len(), running.ledger().len());
    let open = walk(&running, "").await;
    assert!(!open.is_empty() && open.len() < all.len());
    assert!(open.iter().all(|row| row["status"] == "open"));
    let live = get(
        &running,
        "/api/v2/accounts/1/reports/conversations?type=account",
    )
    .await;
    assert_eq!(live["open"], json!(open.len()));
    for row in &all {
        assert!(
            row["created_at"].is_i64()
                && row["updated_at"].is_f64()
                && row["waiting_since"].is_i64()
        );
        assert!(row["first_reply_created_at"].is_i64(), "zero for null");
    }
    assert!(all.iter().any(|row| row["first_reply_created_at"] == 0));
}

#[tokio::test]
async fn first_responses_in_the_messages_are_those_of_the_books() {
    let running = serving().await;
    let books = running.ledger();
    let mut escalated = 0;
    for row in walk(&running, "status=all").await {
        let id = row["id"].as_i64().expect("an id");
        let book = &books[&id];
        let messages = history(&running, id).await;
        let human = |message: &&Value| {
            message["message_type"] == 1
                && message["private"] == false
                && message["sender"]["type"] == "user"
        };
        let first = messages
            .iter()
            .find(human)
            .and_then(|message| message["created_at"].as_i64());
        let created = row["created_at"].as_i64().expect("seconds");
        let handed = messages
            .iter()
            .any(|message| message["sender"]["type"] == "agent_bot");
        assert_eq!(first.is_some(), book.first_response_seconds.is_some());
        assert_eq!(
            first.unwrap_or(0),
            row["first_reply_created_at"].as_i64().expect("seconds")
        );
        if let (Some(first), Some(seconds), false) = (first, book.first_response_seconds, handed) {
            assert_eq!(first - created, seconds);
        }
        let shown = messages
            .iter()
            .filter(|message| message["private"] == false);
        let public = shown
            .filter(|message| matches!(message["message_type"].as_i64(), Some(0 | 1)))
            .count();
        assert_eq!(public, book.public_messages as usize);
        assert_eq!(row["priority"] == "urgent", book.escalated);
        assert_eq!(
            row["custom_attributes"]["order_name"],
            json!(book.order_name)
        );
        escalated += u32::from(book.escalated);
    }
    assert!(escalated > 3, "{escalated} were handed up");
    let late = books
        .values()
        .filter(|book| {
            book.first_response_seconds
                .is_some_and(|seconds| seconds > 7_200)
        })
        .count();
    assert!(late > 5 && late < books.len() / 2);
}

#[tokio::test]
async fn messages_page_before_and_after() {
    let running = serving().await;
    for _ in 0..30 {
        running
            .mutate(Mutation::AgentReplies { conversation_id: 1 })
            .expect("it is there");
    }
    let latest = get(&running, "conversations/1/messages").await;
    let shown = latest["payload"].as_array().expect("messages");
    assert_eq!(shown.len(), 20);
    let first = shown[0]["id"].as_i64().expect("an id");
    let earlier = get(
        &running,
        &format!("conversations/1/messages?before={first}"),
    )
    .await;
    assert!(
        earlier["payload"]
            .as_array()
            .expect("messages")
            .iter()
            .all(|message| message["id"].as_i64() < Some(first))
    );
    assert!(history(&running, 1).await.len() > 30);
}

#[tokio::test]
async fn an_agent_silently_sees_one_inbox_and_no_reports() {
    let running = serving().await;
    let token = running.agent_access_token();
    let (status, body) = get_as(&running, token, "conversations?status=all").await;
    let seen: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(status, 200);
    assert!(seen["data"]["meta"]["all_count"].as_u64() < Some(running.ledger().len() as u64));
    let (status, body) = get_as(
        &running,
        token,
        "/api/v2/accounts/1/reports/conversations?type=account",
    )
    .await;
    assert_eq!(
        (status, body.as_slice()),
        (
            401,
            br#"{"error":"You are not authorized to do this action"}"#.as_slice()
        )
    );
    let (status, body) = get_as(&running, "wrong", "agents").await;
    assert_eq!(
        (status, body.as_slice()),
        (401, br#"{"error":"Invalid Access Token"}"#.as_slice())
    );
}

#[tokio::test]
async fn changes_show_up_within_a_time_and_deletions_nowhere() {
    let running = serving().await;
    running.clock().advance(600);
    let resolved = walk(&running, "status=resolved").await[0]["id"]
        .as_i64()
        .expect("an id");
    running
        .mutate(Mutation::CustomerWrites {
            conversation_id: resolved,
        })
        .expect("it is there");
    let row = get(&running, &format!("conversations/{resolved}")).await;
    assert_eq!(row["status"], "open");
    assert!(row["waiting_since"].as_i64() > Some(0));
    let changed = get(&running, "conversations?status=all&updated_within=60").await;
    let ids: Vec<i64> = changed["data"]["payload"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["id"].as_i64())
        .collect();
    assert!(ids.contains(&resolved));
    assert!(running.ledger()[&resolved].reopened >= 1);
    running
        .mutate(Mutation::DeleteConversation {
            conversation_id: resolved,
        })
        .expect("it is there");
    let (status, _) = get_as(
        &running,
        running.api_access_token(),
        &format!("conversations/{resolved}/messages"),
    )
    .await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn merged_contacts_lose_their_number_and_ratings_change_in_place() {
    let running = serving().await;
    let contacts = get(&running, "contacts?page=1").await;
    let rows = contacts["payload"].as_array().expect("contacts");
    assert_eq!(rows.len(), 15);
    let (into, from) = (
        rows[0]["id"].as_i64().expect("an id"),
        rows[1]["id"].as_i64().expect("an id"),
    );
    running
        .mutate(Mutation::MergeContacts { into, from })
        .expect("both are there");
    let (status, _) = get_as(
        &running,
        running.api_access_token(),
        &format!("contacts/{from}"),
    )
    .await;
    assert_eq!(status, 404);
    assert!(
        get(&running, &format!("contacts/{into}/conversations")).await["payload"]
            .as_array()
            .is_some_and(|rows| rows.len() >= 2)
    );
    let before = get(&running, "csat_survey_responses?page=1").await[0].clone();
    let id = before["conversation_id"].as_i64().expect("an id");
    let other = if before["rating"] == 1 { 5 } else { 1 };
    running
        .mutate(Mutation::Rate {
            conversation_id: id,
            rating: other,
        })
        .expect("it is there");
    let after = get(&running, "csat_survey_responses?page=1").await[0].clone();
    assert_eq!(
        (&after["rating"], &after["created_at"], &after["id"]),
        (&json!(other), &before["created_at"], &before["id"])
    );
    assert_eq!(running.ledger()[&id].rating, Some(other));
}

#[tokio::test]
async fn empty_days_of_a_report_are_zeros_and_faults_strike_by_name() {
    let running = serving().await;
    let path = "/api/v2/accounts/1/reports?metric=avg_first_response_time&type=account&since=1000000000&until=1000172800";
    assert_eq!(
        get(&running, path).await,
        json!([
            {"value": 0, "timestamp": 1_000_000_000, "count": 0}, {"value": 0, "timestamp": 1_000_086_400, "count": 0},
        ])
    );
    let token = running.api_access_token();
    for (name, status) in [
        ("429", 429),
        ("5xx", 502),
        ("401", 401),
        ("not_authorized", 401),
        ("404", 404),
    ] {
        running.faults().set(name, Rate::NextN(1)).expect("a fault");
        assert_eq!(get_as(&running, token, "agents").await.0, status, "{name}");
        assert_eq!(
            get_as(&running, token, "agents").await.0,
            200,
            "{name} is over"
        );
    }
    running
        .faults()
        .set("429", Rate::NextN(1))
        .expect("a fault");
    assert_eq!(get_as(&running, token, "agents").await.1, b"Retry later");
}
