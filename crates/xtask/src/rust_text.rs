//! Just enough reading of Rust to tell code, comments and string literals apart.

/// A Rust file taken apart.
#[derive(Debug, Default)]
pub(crate) struct RustText {
    /// The code with comments and the inside of literals blanked; lines are kept.
    pub(crate) code: String,
    /// String literals with the line on which each begins, counted from 1.
    pub(crate) strings: Vec<(usize, String)>,
}

impl RustText {
    /// Takes a source text apart. Unknown constructs count as code.
    pub(crate) fn parse(source: &str) -> Self {
        let mut reader = Reader {
            characters: source.chars().collect(),
            position: 0,
            line: 1,
            text: Self::default(),
        };
        while reader.position < reader.characters.len() {
            reader.step();
        }
        reader.text
    }
}

struct Reader {
    characters: Vec<char>,
    position: usize,
    line: usize,
    text: RustText,
}

impl Reader {
    fn step(&mut self) {
        if self.at("//") {
            self.blank_while(|reader| reader.peek(0) != Some('\n'));
        } else if self.at("/*") {
            self.block_comment();
        } else if let Some(hashes) = self.raw_string_hashes() {
            self.raw_string(hashes);
        } else if self.peek(0) == Some('"') {
            self.string();
        } else if self.peek(0) == Some('\'') && self.is_char_literal() {
            self.char_literal();
        } else {
            self.take(true);
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.position + ahead).copied()
    }

    fn at(&self, text: &str) -> bool {
        text.chars()
            .enumerate()
            .all(|(offset, character)| self.peek(offset) == Some(character))
    }

    /// Moves on by one character, which goes to the code as itself or as a blank.
    fn take(&mut self, as_code: bool) -> Option<char> {
        let character = self.peek(0)?;
        self.position += 1;
        self.line += usize::from(character == '\n');
        self.text.code.push(if as_code || character == '\n' {
            character
        } else {
            ' '
        });
        Some(character)
    }

    fn blank_while(&mut self, condition: impl Fn(&Self) -> bool) {
        while self.position < self.characters.len() && condition(self) {
            self.take(false);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            if self.at("/*") {
                depth += 1;
                self.take(false);
            } else if self.at("*/") {
                depth -= 1;
                self.take(false);
            }
            if self.take(false).is_none() || depth == 0 {
                return;
            }
        }
    }

    /// The number of `#` of a raw string that begins here.
    fn raw_string_hashes(&self) -> Option<usize> {
        let follows_word = self.position > 0
            && self
                .characters
                .get(self.position - 1)
                .is_some_and(|last| last.is_alphanumeric() || *last == '_');
        let prefix = if self.at("br") { 2 } else { 1 };
        if follows_word || !(self.at("r") || self.at("br")) {
            return None;
        }
        let hashes = (0..)
            .take_while(|offset| self.peek(prefix + offset) == Some('#'))
            .count();
        (self.peek(prefix + hashes) == Some('"')).then_some(hashes)
    }

    fn raw_string(&mut self, hashes: usize) {
        let start = self.line;
        while self.take(true) != Some('"') {}
        let end: String = std::iter::once('"')
            .chain(std::iter::repeat_n('#', hashes))
            .collect();
        let mut literal = String::new();
        while !self.at(&end) {
            let Some(character) = self.take(false) else {
                break;
            };
            literal.push(character);
        }
        for _ in 0..end.len() {
            self.take(true);
        }
        self.text.strings.push((start, literal));
    }

    fn string(&mut self) {
        let start = self.line;
        let mut literal = String::new();
        self.take(true);
        while let Some(character) = self.peek(0) {
            if character == '"' {
                break;
            }
            self.take(false);
            if character != '\\' {
                literal.push(character);
            } else if self.take(false).is_some_and(|escaped| escaped == 'n') {
                literal.push('\n');
            }
        }
        self.take(true);
        self.text.strings.push((start, literal));
    }

    /// A quote also begins a lifetime: a literal has its end one character (or an escape) later.
    fn is_char_literal(&self) -> bool {
        self.peek(1) == Some('\\') || self.peek(2) == Some('\'')
    }

    fn char_literal(&mut self) {
        self.take(true);
        if self.take(false) == Some('\\') {
            self.take(false);
        }
        self.blank_while(|reader| reader.peek(0) != Some('\''));
        self.take(true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_no_code() {
        let text = RustText::parse(
            "let a = \"env::var\"; // env::var\n/* env::var /* x */ */ call('\"', 'b');",
        );
        assert!(!text.code.contains("env::var"), "{}", text.code);
        assert!(text.code.contains("call("));
        assert_eq!(text.code.lines().count(), 2);
    }

    #[test]
    fn every_kind_of_string_is_found_with_its_line() {
        let text = RustText::parse(
            "fn f<'a>(x: &'a str) {}\nlet s = r#\"select \"x\"\"#;\nlet t = \"a\\\"b\";",
        );
        assert_eq!(
            text.strings,
            [(2, "select \"x\"".to_owned()), (3, "ab".to_owned())]
        );
    }
}
