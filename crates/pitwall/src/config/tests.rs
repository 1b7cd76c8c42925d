use super::file::{self, File};
use super::{Environment, Origin, Overrides, Settings, report, without_password};
use std::path::Path;

const EXAMPLE: &str = include_str!("../../../../pitwall.example.toml");

const NORTHSIDE: &str = r#"
[[connection]]
name = "northside"
vendor = "tekmetric"
client_id = "northside-client"
client_secret = { env = "NORTHSIDE_SECRET" }
shops = [{ vendor_id = 6212, name = "Northside", timezone = "America/New_York" }]
"#;

fn environment(variables: &[(&str, &str)]) -> Environment {
    Environment::of(
        variables
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
    )
}

fn load(text: &str, variables: &[(&str, &str)]) -> Result<Settings, super::ConfigError> {
    Settings::from_text(
        text,
        Path::new("pitwall.toml"),
        &Overrides::default(),
        environment(variables),
    )
}

fn refusal(text: &str) -> (String, String) {
    let error = load(text, &[]).expect_err("the text is wrong");
    (error.message, error.hint)
}

#[test]
fn a_flag_beats_the_environment_beats_the_file_beats_the_default() {
    let text = "[server]\nlisten = \"127.0.0.1:1111\"\n";
    let variables = [("PITWALL_LISTEN", "127.0.0.1:2222")];
    let flags = Overrides {
        listen: "127.0.0.1:3333".parse().ok(),
        ..Overrides::default()
    };
    let of = |text: &str, flags: &Overrides, variables: &[(&str, &str)]| {
        let settings = Settings::from_text(text, Path::new("p"), flags, environment(variables));
        let listen = settings.expect("the settings are right").listen;
        (listen.value.port(), listen.origin)
    };
    let none = Overrides::default();
    assert_eq!(
        of(text, &flags, &variables),
        (3333, Origin::Flag("--listen"))
    );
    assert_eq!(
        of(text, &none, &variables),
        (2222, Origin::Environment("PITWALL_LISTEN".into()))
    );
    assert_eq!(of(text, &none, &[]), (1111, Origin::File));
    assert_eq!(of("", &none, &[]), (8080, Origin::Default));
}

#[test]
fn metrics_listen_on_the_next_port() {
    let metrics = |text: &str| {
        load(text, &[])
            .expect("the settings are right")
            .metrics_listen
            .value
    };
    assert_eq!(metrics("").to_string(), "127.0.0.1:8081");
    assert_eq!(
        metrics("[server]\nlisten = \"0.0.0.0:0\"").to_string(),
        "0.0.0.0:0"
    );
}

#[test]
fn an_unknown_key_is_refused_with_its_line_and_the_nearest_known_one() {
    let wrong = NORTHSIDE.replace("client_id", "clientid");
    assert_eq!(
        refusal(&wrong),
        (
            "pitwall.toml:5: unknown key \"clientid\"".into(),
            "did you mean \"client_id\"?".into()
        )
    );
    let wrong = NORTHSIDE.replace("timezone", "time_zone");
    assert_eq!(
        refusal(&wrong),
        (
            "pitwall.toml:7: unknown key \"time_zone\"".into(),
            "did you mean \"timezone\"?".into()
        )
    );
    let (message, hint) = refusal("[servr]\nlisten = \"x\"\n");
    assert_eq!(message, "pitwall.toml:1: unknown key \"servr\"");
    assert_eq!(hint, "did you mean \"server\"?");
    let (_, hint) = refusal("[sync]\nzzz = 1\n");
    assert_eq!(hint, "known keys here: interval");
}

#[test]
fn b58_a_shop_without_a_valid_zone_is_refused() {
    for zone in ["EST", "New York", "+02:00", ""] {
        let (message, hint) = refusal(&NORTHSIDE.replace("America/New_York", zone));
        assert_eq!(
            message,
            format!("pitwall.toml:7: shop Northside: \"{zone}\" is no IANA time zone")
        );
        assert!(hint.contains("America/New_York"), "{hint}");
    }
    let (message, _) = refusal(&NORTHSIDE.replace(", timezone = \"America/New_York\"", ""));
    assert!(message.contains("missing field `timezone`"), "{message}");
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    let (message, _) = refusal(&NORTHSIDE.replace("{ env = \"NORTHSIDE_SECRET\" }", "\"hunter2\""));
    assert!(
        message.starts_with("pitwall.toml:6: a secret must not stand"),
        "{message}"
    );
    assert!(message.contains("{ env = \"NAME\" }"), "{message}");
    assert!(!message.contains("hunter2"), "{message}");
}

#[test]
fn names_and_shop_numbers_are_taken_once() {
    let (message, _) = refusal(&format!("{NORTHSIDE}{NORTHSIDE}"));
    assert_eq!(
        message,
        "pitwall.toml:10: connection northside is there twice, first at pitwall.toml:3"
    );
    let second = NORTHSIDE.replace("\"northside\"", "\"southside\"");
    let (message, hint) = refusal(&format!("{NORTHSIDE}{second}"));
    assert!(message.contains(
        "shop_id 6212 is taken twice, by connection northside and by connection southside"
    ));
    assert!(hint.contains("set shop_id"), "{hint}");
    let numbered = second.replace("vendor_id = 6212", "vendor_id = 6212, shop_id = 7");
    let settings =
        load(&format!("{NORTHSIDE}{numbered}"), &[]).expect("the second shop has its own number");
    let ids: Vec<i64> = settings.shops().map(|(_, shop)| shop.shop_id.0).collect();
    assert_eq!(ids, [6212, 7]);
}

#[test]
fn an_unknown_vendor_is_refused_with_the_nearest() {
    let (message, hint) = refusal(&NORTHSIDE.replace("\"tekmetric\"", "\"techmetric\""));
    assert_eq!(
        message,
        "pitwall.toml:4: connection northside: unknown vendor \"techmetric\""
    );
    assert_eq!(hint, "did you mean \"tekmetric\"?");
}

#[test]
fn secrets_come_from_the_environment_or_a_file_when_they_are_needed() {
    let settings = load(NORTHSIDE, &[]).expect("a missing secret does not matter yet");
    let connection = &settings.connections[0];
    let error = connection
        .planned(&settings.environment)
        .expect_err("the secret is not set");
    assert_eq!(
        error.message,
        "connection northside: client_secret: the environment variable NORTHSIDE_SECRET is not set"
    );
    let planned = connection
        .planned(&environment(&[("NORTHSIDE_SECRET", "s3cret")]))
        .expect("the secret is set");
    assert_eq!(planned.settings.client_secret.expose(), "s3cret");
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("url");
    std::fs::write(&path, "postgres://db/x\n").expect("the directory is writable");
    let path = path.to_string_lossy().into_owned();
    let settings = load("", &[("DATABASE_URL_FILE", &path)]).expect("the file is there");
    let url = settings.database_url.expect("the file names one");
    assert_eq!(url.value.expose(), "postgres://db/x");
    assert_eq!(url.origin, Origin::Environment("DATABASE_URL_FILE".into()));
    assert!(load("", &[("DATABASE_URL_FILE", &path), ("DATABASE_URL", "x")]).is_err());
}

#[test]
fn what_is_shown_holds_no_secret() {
    let text =
        format!("[database]\nurl = \"postgres://me:hunter2@db/x?password=hunter2\"\n{NORTHSIDE}");
    let variables = [
        ("PITWALL_JWT_SECRET", "hunter2"),
        ("NORTHSIDE_SECRET", "hunter2"),
    ];
    let settings = load(&text, &variables).expect("the settings are right");
    let lines = report::lines(&settings);
    let shown = lines
        .iter()
        .map(|l| format!("{} = {} ({})\n", l.key, l.value, l.origin))
        .collect::<String>();
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(
        shown.contains("auth.jwt_secret = *** (environment PITWALL_JWT_SECRET)"),
        "{shown}"
    );
    assert!(
        shown.contains("client_secret = *** (environment variable NORTHSIDE_SECRET)"),
        "{shown}"
    );
    assert!(!format!("{settings:?}").contains("hunter2"));
}

#[test]
fn a_password_is_cut_out_of_every_form_of_url() {
    for (url, shown) in [
        ("postgres://u:p@h:5432/d", "postgres://u:***@h:5432/d"),
        (
            "postgres://u@h/d?password=p&sslmode=require",
            "postgres://u@h/d?password=***&sslmode=require",
        ),
        (
            "host=/tmp user=u password=p",
            "host=/tmp user=u password=***",
        ),
        ("postgres://h", "postgres://h"),
    ] {
        assert_eq!(without_password(url), shown);
    }
}

#[test]
fn the_interval_is_a_duration_or_off() {
    let interval = |text: &str| {
        load(&format!("[sync]\ninterval = \"{text}\""), &[]).map(|s| s.sync_interval.value)
    };
    assert_eq!(
        interval("90s").map(|i| i.map(|d| d.as_secs())),
        Ok(Some(90))
    );
    assert_eq!(
        interval("2m").map(|i| i.map(|d| d.as_secs())),
        Ok(Some(120))
    );
    assert_eq!(interval("off"), Ok(None));
    assert!(interval("0s").is_err() && interval("soon").is_err());
}

#[test]
fn loopback_vendors_are_allowed_by_the_environment_too() {
    let allowed = |variables: &[(&str, &str)]| {
        load(NORTHSIDE, variables)
            .expect("the settings are right")
            .connections[0]
            .allow_insecure_loopback
    };
    assert!(!allowed(&[]));
    assert!(allowed(&[("PITWALL_ALLOW_LOOPBACK_VENDORS", "1")]));
    assert!(!allowed(&[("PITWALL_ALLOW_LOOPBACK_VENDORS", "0")]));
}

#[test]
fn the_example_names_every_key_and_can_be_read() {
    let as_written: File =
        file::parse(EXAMPLE, Path::new("pitwall.example.toml")).expect("the example is right");
    assert_eq!(as_written.connection.len(), 1);
    // With its commented settings switched on it is right as well.
    let switched_on: String = EXAMPLE
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(setting) if is_setting(setting) => format!("{setting}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let all: File = file::parse(&switched_on, Path::new("pitwall.example.toml"))
        .expect("so is the commented part");
    assert!(all.database.url.is_some() && all.auth.jwt_secret.is_some());
    for key in every_key() {
        let named = switched_on
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .any(|word| word == key);
        assert!(named, "pitwall.example.toml does not name {key}");
    }
}

fn is_setting(text: &str) -> bool {
    text.split_once(" = ")
        .is_some_and(|(key, _)| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
}

fn every_key() -> Vec<String> {
    let mut keys = file::known_keys::<File>();
    keys.extend(file::known_keys::<file::DatabaseSection>());
    keys.extend(file::known_keys::<file::ConnectionSection>());
    keys.extend(file::known_keys::<file::ShopSection>());
    keys.extend(file::known_keys::<file::ServerSection>());
    keys.extend(file::known_keys::<file::AuthSection>());
    keys.extend(file::known_keys::<file::SyncSection>());
    assert!(
        keys.len() > 25,
        "the sections' keys were not found: {keys:?}"
    );
    keys
}
