//! `pitwall access`: answers, trials, exit codes.

use crate::program::Stage;

const USER: &str = "6f1a0000-0000-4000-8000-000000000001";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_keys_and_logins_are_made_listed_and_taken_back() {
    let stage = Stage::new("cli_access", 2).await;
    assert_eq!(stage.run(&["migrate", "--json"]).await.code, Some(0));

    let grant = [
        "access", "user", "grant", "--user", USER, "--role", "manager", "--json",
    ];
    let tried = stage
        .run(&[grant.as_slice(), &["--dry-run"]].concat())
        .await;
    assert_eq!(tried.json()["dry_run"], true, "{tried:?}");
    let members = stage
        .run(&["access", "user", "list", "--json"])
        .await
        .json();
    assert_eq!(members["members"].as_array().map(Vec::len), Some(0));
    let granted = stage.run(&grant).await.json();
    assert_eq!(granted["changed"], granted["shops"]);
    let again = stage.run(&grant).await.json();
    assert_eq!(again["changed"].as_array().map(Vec::len), Some(0));

    let text = keys_are_shown_once(&stage).await;
    logins_are_made_once(&stage).await;

    let unknown = stage
        .run(&[
            "access",
            "user",
            "list",
            "--organization",
            "nobody",
            "--json",
        ])
        .await;
    assert_eq!(unknown.json()["members"].as_array().map(Vec::len), Some(0));
    let foreign = [grant.as_slice(), &["--shop", "999"]].concat();
    assert_eq!(stage.run(&foreign).await.code, Some(2));
    let journal = stage.run(&["access", "log", "--json"]).await.json();
    let actions: Vec<&str> = journal["entries"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|entry| entry["action"].as_str())
        .collect();
    for action in [
        "bi_role.dropped",
        "bi_role.created",
        "key.revoked",
        "key.created",
        "membership.granted",
    ] {
        assert!(actions.contains(&action), "no {action} in {actions:?}");
    }
    assert!(!journal.to_string().contains(&text));
}

/// Makes a key, lists it, takes it back; gives its text.
async fn keys_are_shown_once(stage: &Stage) -> String {
    let key = ["access", "key", "create", "--name", "grafana", "--json"];
    let tried = stage
        .run(&[key.as_slice(), &["--dry-run"]].concat())
        .await
        .json();
    assert!(tried.get("key").is_none(), "{tried}");
    let made = stage.run(&key).await.json();
    let text = made["key"].as_str().expect("its text, once").to_owned();
    assert_eq!(stage.run(&key).await.code, Some(2), "the name is taken");
    let listed = stage.run(&["access", "key", "list", "--json"]).await;
    assert!(!listed.stdout.contains(&text));
    assert_eq!(listed.json()["keys"][0]["role"], "viewer");
    assert_eq!(
        stage
            .run(&["access", "key", "revoke", "grafana"])
            .await
            .code,
        Some(0)
    );
    assert_eq!(
        stage
            .run(&["access", "key", "revoke", "grafana"])
            .await
            .code,
        Some(2)
    );
    text
}

/// Makes a BI login and drops it; each can be done once.
async fn logins_are_made_once(stage: &Stage) {
    // Roles belong to the server: a name of this run's own.
    let name = format!("t{}", uuid::Uuid::new_v4().simple());
    let bi = |verb| ["access", "bi-role", verb, "--name", name.as_str(), "--json"];
    let made = stage.run(&bi("create")).await.json();
    assert_eq!(made["login"], format!("pitwall_bi_{name}"));
    assert!(made["password"].is_string());
    assert_eq!(stage.run(&bi("create")).await.code, Some(2));
    assert_eq!(stage.run(&bi("drop")).await.code, Some(0));
    assert_eq!(stage.run(&bi("drop")).await.code, Some(2));
}
