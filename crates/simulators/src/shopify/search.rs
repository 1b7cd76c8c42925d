//! The `query:` argument. What it does not know it lets through, with a warning and no error.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::Stamp;

/// One `field:value`.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub(crate) field: String,
    /// `""`, `>`, `>=`, `<`, `<=`.
    sign: String,
    pub(crate) value: String,
    time: Option<Stamp>,
}

#[derive(Debug)]
enum Node {
    Term(Term),
    /// A term that is ignored.
    Nothing,
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
}

/// A parsed search and what was wrong with it.
#[derive(Debug)]
pub(crate) struct Search {
    node: Node,
    pub(crate) warnings: Vec<Value>,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    Or,
    Not,
    /// Field, sign, value, and whether the value was quoted.
    Term(String, String, String, bool),
}

impl Term {
    fn compares<T: Ord>(&self, mine: T, other: T) -> bool {
        match self.sign.as_str() {
            ">" => mine > other,
            ">=" => mine >= other,
            "<" => mine < other,
            "<=" => mine <= other,
            _ => mine == other,
        }
    }

    pub(crate) fn number(&self, mine: i64) -> bool {
        let digits = self.value.rsplit('/').next().unwrap_or_default();
        digits.parse().is_ok_and(|other| self.compares(mine, other))
    }

    pub(crate) fn time(&self, mine: Stamp) -> bool {
        self.time.is_some_and(|other| self.compares(mine, other))
    }

    pub(crate) fn text(&self, mine: &str) -> bool {
        let (mine, value) = (mine.to_lowercase(), self.value.to_lowercase());
        match value.strip_suffix('*') {
            Some(prefix) => mine.starts_with(prefix),
            None => mine == value || mine == format!("#{value}"),
        }
    }
}

impl Search {
    /// Lets everything through.
    pub(crate) fn all() -> Self {
        Self {
            node: Node::Nothing,
            warnings: Vec::new(),
        }
    }

    pub(crate) fn parse(text: &str, known: &[&str], zone: &TimeZone) -> Self {
        let tokens = tokens(text);
        let mut reader = Reader {
            tokens: &tokens,
            place: 0,
            known,
            zone,
            warnings: Vec::new(),
        };
        let node = reader.any();
        Self {
            node,
            warnings: reader.warnings,
        }
    }

    pub(crate) fn admits(&self, holds: &impl Fn(&Term) -> bool) -> bool {
        admits(&self.node, holds).unwrap_or(true)
    }
}

/// `None`: it says nothing.
fn admits(node: &Node, holds: &impl Fn(&Term) -> bool) -> Option<bool> {
    match node {
        Node::Nothing => None,
        Node::Term(term) => Some(holds(term)),
        Node::Not(inner) => admits(inner, holds).map(|held| !held),
        Node::All(parts) => {
            let said: Vec<bool> = parts
                .iter()
                .filter_map(|part| admits(part, holds))
                .collect();
            (!said.is_empty()).then(|| said.iter().all(|held| *held))
        }
        Node::Any(parts) => {
            let said: Vec<bool> = parts
                .iter()
                .filter_map(|part| admits(part, holds))
                .collect();
            (!said.is_empty()).then(|| said.iter().any(|held| *held))
        }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '(' => {
                tokens.push(Token::Open);
                1
            }
            ')' => {
                tokens.push(Token::Close);
                1
            }
            '-' => {
                tokens.push(Token::Not);
                1
            }
            _ => word(rest, &mut tokens),
        };
        rest = rest[taken..].trim_start();
    }
    tokens
}

fn word(rest: &str, tokens: &mut Vec<Token>) -> usize {
    let end = |text: &str| {
        text.find(|c: char| c.is_whitespace() || c == ')' || c == '(')
            .unwrap_or(text.len())
    };
    let whole = end(rest);
    match &rest[..whole] {
        "AND" => return whole,
        "OR" => {
            tokens.push(Token::Or);
            return whole;
        }
        "NOT" => {
            tokens.push(Token::Not);
            return whole;
        }
        _ => {}
    }
    let Some(colon) = rest[..whole].find(':') else {
        tokens.push(Token::Term(
            String::new(),
            String::new(),
            rest[..whole].to_owned(),
            false,
        ));
        return whole.max(1);
    };
    let value = &rest[colon + 1..];
    let sign: String = value
        .chars()
        .take_while(|c| matches!(c, '<' | '>' | '='))
        .collect();
    let value = &value[sign.len()..];
    let begins = colon + 1 + sign.len();
    let field = rest[..colon].to_owned();
    if let Some(quote) = value.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        let inner = &value[1..];
        let close = inner.find(quote).unwrap_or(inner.len());
        tokens.push(Token::Term(field, sign, inner[..close].to_owned(), true));
        return (begins + close + 2).min(rest.len());
    }
    let taken = end(value);
    tokens.push(Token::Term(field, sign, value[..taken].to_owned(), false));
    begins + taken
}

struct Reader<'a> {
    tokens: &'a [Token],
    place: usize,
    known: &'a [&'a str],
    zone: &'a TimeZone,
    warnings: Vec<Value>,
}

impl Reader<'_> {
    fn any(&mut self) -> Node {
        let mut parts = vec![self.every()];
        while self.tokens.get(self.place) == Some(&Token::Or) {
            self.place += 1;
            parts.push(self.every());
        }
        Node::Any(parts)
    }

    fn every(&mut self) -> Node {
        let mut parts = Vec::new();
        while let Some(token) = self.tokens.get(self.place) {
            match token {
                Token::Or | Token::Close => break,
                _ => parts.push(self.one()),
            }
        }
        Node::All(parts)
    }

    fn one(&mut self) -> Node {
        let token = self.tokens.get(self.place).cloned();
        self.place += 1;
        match token {
            Some(Token::Not) => Node::Not(Box::new(self.one())),
            Some(Token::Open) => {
                let inner = self.any();
                self.place += 1;
                inner
            }
            Some(Token::Term(field, sign, value, quoted)) => self.term(field, sign, value, quoted),
            _ => Node::Nothing,
        }
    }

    fn term(&mut self, field: String, sign: String, value: String, quoted: bool) -> Node {
        if field.is_empty() || !self.known.contains(&field.as_str()) {
            let code = if field.is_empty() {
                "missing_named_field"
            } else {
                "invalid_field"
            };
            self.warnings.push(json!({
                "field": field, "message": "Invalid search field for this query.", "code": code,
            }));
            return Node::Nothing;
        }
        let temporal = field.ends_with("_at") || field.ends_with("_date");
        let mut time = None;
        if temporal && !quoted && value.contains('T') && value.contains(':') {
            // Unquoted, the colons cut it: the hour is left, in the shop's zone, and a bogus term.
            let rest = value
                .split_once(':')
                .map_or("", |(_, rest)| rest)
                .to_owned();
            time = self.local(&format!("{}:00:00", &value[..value.find(':').unwrap_or(0)]));
            let bogus = rest.split(':').next().unwrap_or_default();
            self.warnings.push(json!({
                "field": bogus, "message": "Invalid search field for this query.", "code": "invalid_field",
            }));
        } else if temporal {
            time = Stamp::parse_zoned(&value)
                .ok()
                .or_else(|| self.local(&value));
            if time.is_none() {
                self.warnings.push(
                    json!({"field": field, "message": "Invalid date.", "code": "invalid_value"}),
                );
                return Node::Nothing;
            }
        }
        Node::Term(Term {
            field,
            sign,
            value,
            time,
        })
    }

    /// A date or a time without zone is the shop's.
    fn local(&self, text: &str) -> Option<Stamp> {
        let at = match text.parse::<jiff::civil::DateTime>() {
            Ok(at) => at,
            Err(_) => text.parse::<jiff::civil::Date>().ok()?.at(0, 0, 0, 0),
        };
        Some(Stamp::local(self.zone, at))
    }
}
