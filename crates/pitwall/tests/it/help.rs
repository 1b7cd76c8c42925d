//! What `--help` says, command by command: a golden each.

use crate::program::{check_golden, pitwall, run, transcript};

const COMMANDS: [&str; 36] = [
    "",
    "demo",
    "serve",
    "migrate",
    "sync",
    "sync run",
    "sync status",
    "snapshots",
    "snapshots build",
    "snapshots take",
    "metrics",
    "metrics rebuild",
    "verify",
    "replay",
    "ops",
    "ops summary",
    "access",
    "access user",
    "access user grant",
    "access user revoke",
    "access user list",
    "access user sign-out",
    "access key",
    "access key create",
    "access key list",
    "access key revoke",
    "access bi-role",
    "access bi-role create",
    "access break-glass",
    "access break-glass open",
    "access log",
    "doctor",
    "simulate",
    "config",
    "config show",
    "completions",
];

#[test]
fn help_of_every_command() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    for command in COMMANDS {
        let ran = run(pitwall(dir.path())
            .args(command.split_whitespace())
            .arg("--help"));
        let name = format!("help_{}", command.replace(' ', "_"));
        check_golden(name.trim_end_matches('_'), &transcript(&ran));
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    for (name, arguments) in [
        ("usage_no_command", &[][..]),
        ("usage_unknown_command", &["snyc"][..]),
        (
            "usage_unknown_stream",
            &["sync", "run", "--stream", "repair_order"],
        ),
        ("usage_bad_time", &["sync", "run", "--since", "yesterday"]),
        ("usage_nothing_to_build", &["snapshots", "build"]),
        (
            "usage_half_a_range",
            &["metrics", "rebuild", "--start-date", "2026-03-01"],
        ),
    ] {
        let ran = run(pitwall(dir.path()).args(arguments));
        assert_eq!(ran.code, Some(2), "{arguments:?}");
        check_golden(name, &transcript(&ran));
    }
}

#[test]
fn the_configuration_in_force_with_its_origins() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pitwall.example.toml");
    std::fs::copy(example, dir.path().join("pitwall.toml")).expect("the example is there");
    let mut command = pitwall(dir.path());
    command
        .args(["config", "show", "--origin", "--data-dir", "/srv/pitwall"])
        .env("PITWALL_LISTEN", "0.0.0.0:9000")
        .env("PITWALL_JWT_SECRET", "hunter2")
        .env("NORTHSIDE_SECRET", "hunter2");
    let ran = run(&mut command);
    assert!(!transcript(&ran).contains("hunter2"));
    check_golden("config_show", &transcript(&ran));
}

#[test]
fn a_mistyped_key_names_the_nearest_one() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(
        dir.path().join("pitwall.toml"),
        "[server]\nlisten_on = \"x\"\n",
    )
    .expect("writable");
    let ran = run(pitwall(dir.path()).args(["config", "show"]));
    assert_eq!(ran.code, Some(2));
    check_golden("config_unknown_key", &transcript(&ran));
}

#[test]
fn completions_are_printed_for_every_shell() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    for shell in ["bash", "zsh", "fish"] {
        let ran = run(pitwall(dir.path()).args(["completions", shell]));
        assert_eq!(ran.code, Some(0));
        assert!(ran.stdout.contains("snapshots"), "{shell}");
    }
}
