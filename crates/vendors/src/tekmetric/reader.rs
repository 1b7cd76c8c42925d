//! A pull reader over one record: no tree, no copies.
//!
//! The text was checked to be JSON when its page was read; anything else ends in [`Broken`], never in a panic.

/// The text is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken;

/// The next value; of a container only its opening is consumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    Null,
    Flag(bool),
    Number(&'a str),
    Text(Text<'a>),
    Object,
    Array,
}

/// A string between its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text<'a> {
    pub(crate) inner: &'a str,
    /// It holds backslashes.
    pub(crate) escaped: bool,
}

/// Reads values one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next value.
    pub(crate) fn token(&mut self) -> Result<Token<'a>, Broken> {
        match self.peek()? {
            b'"' => self.string().map(Token::Text),
            b'{' => {
                self.at += 1;
                Ok(Token::Object)
            }
            b'[' => {
                self.at += 1;
                Ok(Token::Array)
            }
            b'n' => self.word("null", Token::Null),
            b't' => self.word("true", Token::Flag(true)),
            b'f' => self.word("false", Token::Flag(false)),
            b'-' | b'0'..=b'9' => Ok(Token::Number(self.number())),
            _ => Err(Broken),
        }
    }

    /// The next key of the object we are in; `None` at its end.
    pub(crate) fn key(&mut self) -> Result<Option<&'a str>, Broken> {
        if !self.member(b'}')? {
            return Ok(None);
        }
        let key = self.string()?.inner;
        if self.peek()? != b':' {
            return Err(Broken);
        }
        self.at += 1;
        Ok(Some(key))
    }

    /// Whether the array we are in has another element.
    pub(crate) fn item(&mut self) -> Result<bool, Broken> {
        self.member(b']')
    }

    /// The next value as it stands in the text, containers whole.
    pub(crate) fn skip(&mut self) -> Result<&'a str, Broken> {
        self.peek()?;
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.token()? {
                Token::Object | Token::Array => depth += 1,
                Token::Null | Token::Flag(_) | Token::Number(_) | Token::Text(_) => {}
            }
            loop {
                if depth == 0 {
                    return Ok(&self.text[start..self.at]);
                }
                match self.peek()? {
                    b',' | b':' => self.at += 1,
                    b'}' | b']' => {
                        self.at += 1;
                        depth -= 1;
                    }
                    _ => break,
                }
            }
        }
    }

    fn member(&mut self, end: u8) -> Result<bool, Broken> {
        let mut next = self.peek()?;
        if next == b',' {
            self.at += 1;
            next = self.peek()?;
        }
        if next == end {
            self.at += 1;
        }
        Ok(next != end)
    }

    fn peek(&mut self) -> Result<u8, Broken> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => return Err(Broken),
            }
        }
    }

    fn string(&mut self) -> Result<Text<'a>, Broken> {
        if self.peek()? != b'"' {
            return Err(Broken);
        }
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            let rest = bytes.get(at..).ok_or(Broken)?;
            at += memchr::memchr2(b'"', b'\\', rest).ok_or(Broken)?;
            if bytes[at] == b'"' {
                break;
            }
            escaped = true;
            at += 2;
        }
        self.at = at + 1;
        let inner = self.text.get(start..at).ok_or(Broken)?;
        Ok(Text { inner, escaped })
    }

    fn number(&mut self) -> &'a str {
        let start = self.at;
        let digits = |b: &u8| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let bytes = &self.text.as_bytes()[start..];
        let length = bytes.iter().position(|b| !digits(b)).unwrap_or(bytes.len());
        self.at += length;
        &self.text[start..self.at]
    }

    fn word(&mut self, word: &'static str, token: Token<'a>) -> Result<Token<'a>, Broken> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(Broken);
        }
        self.at += word.len();
        Ok(token)
    }
}

impl Text<'_> {
    /// The text with its escapes resolved; lone surrogates become U+FFFD.
    pub(crate) fn unescaped(self) -> String {
        let mut out = String::with_capacity(self.inner.len());
        let mut rest = self.inner;
        while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
            out.push_str(&rest[..at]);
            let escape = &rest[at + 1..];
            let (character, length) = match escape.as_bytes().first() {
                Some(b'u') => unicode(escape),
                Some(b'n') => ('\n', 1),
                Some(b'r') => ('\r', 1),
                Some(b't') => ('\t', 1),
                Some(b'b') => ('\u{8}', 1),
                Some(b'f') => ('\u{c}', 1),
                Some(b'"') => ('"', 1),
                Some(b'/') => ('/', 1),
                Some(b'\\') => ('\\', 1),
                Some(_) | None => (char::REPLACEMENT_CHARACTER, 0),
            };
            out.push(character);
            rest = &escape[length..];
        }
        out.push_str(rest);
        out
    }
}

/// The character of `uXXXX`, or of a surrogate pair, and its length in the text.
fn unicode(escape: &str) -> (char, usize) {
    let unit = |at: usize| {
        let digits = escape.get(at..at + 4)?;
        u32::from_str_radix(digits, 16).ok()
    };
    let Some(high) = unit(1) else {
        return (char::REPLACEMENT_CHARACTER, 1);
    };
    if let Some(character) = char::from_u32(high) {
        return (character, 5);
    }
    let low = escape
        .get(5..7)
        .filter(|text| *text == "\\u")
        .and_then(|_| unit(7));
    match low {
        Some(low @ 0xDC00..=0xDFFF) if high < 0xDC00 => {
            let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            (
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
                11,
            )
        }
        _ => (char::REPLACEMENT_CHARACTER, 5),
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, Text, Token};
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn values_are_skipped_whole() {
        let mut reader = Reader::new(r#" {"a": [1, {"b":"]}\""}, []] , "c":-1.5e3,"d":null}"#);
        assert_eq!(reader.token(), Ok(Token::Object));
        assert_eq!(reader.key(), Ok(Some("a")));
        assert_eq!(reader.skip(), Ok(r#"[1, {"b":"]}\""}, []]"#));
        assert_eq!(reader.key(), Ok(Some("c")));
        assert_eq!(reader.token(), Ok(Token::Number("-1.5e3")));
        assert_eq!(reader.key(), Ok(Some("d")));
        assert_eq!(reader.token(), Ok(Token::Null));
        assert_eq!(reader.key(), Ok(None));
    }

    proptest! {
        #[test]
        fn texts_read_as_serde_reads_them(text in "\\PC*|[\"\\\\\n\t/🚗é]{0,9}") {
            let json = serde_json::to_string(&text).unwrap();
            let Ok(Token::Text(read)) = Reader::new(&json).token() else { panic!("no text: {json}") };
            prop_assert_eq!(read.unescaped(), text);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "[\\[\\]{}:,\"\\\\u0-9a-fntrue. é]{0,40}") {
            let _ = Reader::new(&text).skip();
            let _ = Text { inner: &text, escaped: true }.unescaped();
            crate::tekmetric::scan::scan(&text);
        }
    }
}
