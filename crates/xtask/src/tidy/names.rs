//! Names that say nothing, and notes to oneself.

use crate::tree::Entry;

/// Words that no file or folder has in its name: they were true once, or are true of anything.
const EMPTY_WORDS: [&str; 14] = [
    "new", "old", "v2", "temp", "tmp", "helper", "helpers", "util", "utils", "misc", "common",
    "manager", "stuff", "legacy",
];

/// Notes to oneself, put together here so that this file does not find itself.
const NOTES: [&str; 3] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

/// What is read for notes: what people write. Lock files and fixtures hold anything.
const WRITTEN: [&str; 7] = ["rs", "sql", "md", "toml", "sh", "ts", "svelte"];

pub(super) fn findings(entries: &[Entry]) -> Vec<String> {
    let mut findings = Vec::new();
    for entry in entries.iter().filter(|entry| !entry.path.starts_with('.')) {
        if let Some(word) = empty_word(&entry.path) {
            findings.push(format!("{}: \"{word}\" in a name says nothing", entry.path));
        }
        if !WRITTEN.contains(&entry.extension()) || entry.path.contains("/fixtures/") {
            continue;
        }
        for (index, line) in entry.text.lines().enumerate() {
            if let Some(note) = words(line).find(|word| NOTES.contains(word)) {
                findings.push(format!(
                    "{}:{}: {note}: do it, or write an issue",
                    entry.path,
                    index + 1
                ));
            }
        }
    }
    findings
}

fn empty_word(path: &str) -> Option<&str> {
    words(path)
        .flat_map(|word| word.split('_'))
        .find(|word| EMPTY_WORDS.contains(word))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric() && character != '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_words_are_found_as_whole_words_only() {
        assert_eq!(empty_word("crates/a/src/new_queue.rs"), Some("new"));
        assert_eq!(empty_word("crates/utils/src/lib.rs"), Some("utils"));
        assert_eq!(empty_word("crates/a/src/renewal.rs"), None);
    }

    #[test]
    fn notes_to_oneself_are_found_with_their_line() {
        let text = format!("fn a() {{}}\n// {}: later\n", NOTES[0]);
        let found = findings(&[Entry {
            path: "a.rs".to_owned(),
            text,
        }]);
        assert!(
            found.len() == 1 && found[0].starts_with("a.rs:2:"),
            "{found:?}"
        );
    }
}
