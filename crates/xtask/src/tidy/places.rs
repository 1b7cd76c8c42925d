//! Acts that may happen in one place only (CONTRIBUTING.md, "One place only").

use crate::rust_text::RustText;
use crate::tree::Entry;

/// Something looked for in code, and where it is at home.
struct Rule {
    act: &'static str,
    patterns: &'static [&'static str],
    homes: &'static [&'static str],
}

const RULES: [Rule; 3] = [
    Rule {
        act: "reads the environment outside the configuration",
        patterns: &[
            "env::var(",
            "env::var_os(",
            "env::vars(",
            "env::vars_os(",
            "env::set_var(",
        ],
        // A build script is told everything by the environment.
        homes: &[
            "crates/pitwall/src/config",
            "crates/testkit/",
            "crates/bench/",
            "crates/xtask/",
            "build.rs",
        ],
    },
    Rule {
        act: "makes HTTP requests outside vendors::http",
        // The type of its error may travel.
        patterns: &[
            "use reqwest",
            "reqwest::Client",
            "reqwest::Request",
            "reqwest::get(",
        ],
        homes: &["crates/vendors/src/http/"],
    },
    Rule {
        act: "reads the real clock: take a domain::Clock",
        patterns: &["Timestamp::now(", "Zoned::now(", "SystemTime::now("],
        // A simulator may not know domain; clippy still asks it for its reason.
        homes: &["crates/domain/src/clock.rs", "crates/simulators/"],
    },
];

/// Where SQL text is at home; `db/` holds no Rust.
const SQL_HOMES: [&str; 3] = ["crates/store/", "crates/testkit/", "crates/bench/"];

pub(super) fn findings(entries: &[Entry]) -> Vec<String> {
    let sources = entries
        .iter()
        .filter(|entry| entry.extension() == "rs" && !entry.is_test());
    sources.flat_map(findings_in).collect()
}

fn findings_in(entry: &Entry) -> Vec<String> {
    let text = RustText::parse(without_tests(entry));
    let mut findings = Vec::new();
    for rule in RULES.iter().filter(|rule| !is_home(entry, rule.homes)) {
        for (index, line) in text.code.lines().enumerate() {
            if rule.patterns.iter().any(|pattern| line.contains(pattern)) {
                findings.push(format!("{}:{}: {}", entry.path, index + 1, rule.act));
            }
        }
    }
    if !is_home(entry, &SQL_HOMES) {
        for (line, _) in text.strings.iter().filter(|(_, literal)| is_sql(literal)) {
            findings.push(format!(
                "{}:{line}: SQL text outside db/ and crates/store",
                entry.path
            ));
        }
    }
    findings
}

fn is_home(entry: &Entry, homes: &[&str]) -> bool {
    homes
        .iter()
        .any(|home| entry.path.starts_with(home) || entry.path.ends_with(home))
}

/// A Rust file up to its unit tests, which stand at its end.
pub(super) fn without_tests(entry: &Entry) -> &str {
    let tests = (entry.extension() == "rs")
        .then(|| entry.text.find("\n#[cfg(test)]\nmod "))
        .flatten();
    tests.map_or(entry.text.as_str(), |end| &entry.text[..=end])
}

/// Whether a literal is a statement: a verb in front, and what belongs to that verb behind it.
fn is_sql(literal: &str) -> bool {
    let text = literal
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_ascii_lowercase();
    let Some((verb, rest)) = text.split_once(' ') else {
        return false;
    };
    let begins = |words: &[&str]| words.iter().any(|word| rest.starts_with(word));
    match verb {
        "select" => rest.contains(" from ") || rest.contains('(') || rest.contains('$'),
        "insert" => begins(&["into "]),
        "update" => rest.contains(" set ") && rest.contains('='),
        "delete" => begins(&["from "]) && rest.contains(" where "),
        "copy" => rest.contains(" from stdin") || rest.contains(" to stdout"),
        "with" => rest.contains(" as ("),
        "create" | "alter" | "drop" => {
            begins(&[
                "table ",
                "view ",
                "index ",
                "unique ",
                "schema ",
                "function ",
                "role ",
                "policy ",
                "or replace ",
                "type ",
            ]) && !rest.contains(": ")
        }
        "grant" | "revoke" => rest.contains(" on "),
        "set" => begins(&["local ", "role ", "search_path"]),
        "begin;" | "truncate" | "vacuum" | "analyze" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> Entry {
        Entry {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn statements_are_told_from_sentences() {
        for sql in [
            "select 1 from shops",
            "insert into a values ($1)",
            "set local role x",
            "with a as (select 1) select 2",
        ] {
            assert!(is_sql(sql), "{sql}");
        }
        for sentence in [
            "select a shop first",
            "update the configuration",
            "create the data directory",
            "with three shops",
        ] {
            assert!(!is_sql(sentence), "{sentence}");
        }
    }

    #[test]
    fn an_act_is_found_outside_its_place_and_neither_in_tests_nor_in_comments() {
        let reads = "fn a() { std::env::var(\"A\"); }\n";
        assert_eq!(findings(&[file("crates/api/src/lib.rs", reads)]).len(), 1);
        assert!(findings(&[file("crates/pitwall/src/config.rs", reads)]).is_empty());
        assert!(findings(&[file("crates/api/tests/it.rs", reads)]).is_empty());
        assert!(findings(&[file("crates/api/src/lib.rs", "// std::env::var(\n")]).is_empty());
        let tested = format!("fn b() {{}}\n#[cfg(test)]\nmod tests {{ {reads} }}\n");
        assert!(findings(&[file("crates/api/src/lib.rs", &tested)]).is_empty());
    }

    #[test]
    fn sql_outside_the_store_is_found_with_its_line() {
        let text = "fn a() {}\nconst A: &str = \"select id from warehouse.shops\";\n";
        assert_eq!(
            findings(&[file("crates/api/src/a.rs", text)]),
            ["crates/api/src/a.rs:2: SQL text outside db/ and crates/store"]
        );
        assert!(findings(&[file("crates/store/src/a.rs", text)]).is_empty());
    }
}
