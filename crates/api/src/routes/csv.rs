//! CSV (RFC 4180): written so that no spreadsheet takes a cell for a formula, read strictly.

/// What a spreadsheet would begin to compute at.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A line of cells with its ending.
pub(super) fn line(cells: &[impl AsRef<str>]) -> String {
    let mut line = String::new();
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        push(&mut line, cell.as_ref());
    }
    line.push_str("\r\n");
    line
}

/// Appends a cell: an apostrophe before what looks like a formula, quotes where they are needed. A plain number keeps
/// its minus.
pub(super) fn push(line: &mut String, cell: &str) {
    let guarded = cell.starts_with(FORMULA_STARTS) && !is_number(cell);
    let quoted = cell.contains([',', '"', '\n', '\r']) || cell.starts_with(' ');
    if quoted {
        line.push('"');
    }
    if guarded {
        line.push('\'');
    }
    if quoted {
        line.push_str(&cell.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(cell);
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(fraction)
}

/// A cell as it was before [`push`] guarded it.
pub(super) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA_STARTS) => rest,
        _ => cell,
    }
}

/// The lines of a file, empty ones left out.
pub(super) fn parse(text: &str) -> Result<Vec<Vec<String>>, String> {
    let mut lines = Vec::new();
    let mut cells: Vec<String> = Vec::new();
    let mut cell = String::new();
    let mut letters = text.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match (letter, quoted) {
            ('"', false) if cell.is_empty() => quoted = true,
            ('"', false) => return Err("a quote stands inside a cell without quotes".into()),
            ('"', true) if letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            ('"', true) => quoted = false,
            (',', false) => cells.push(std::mem::take(&mut cell)),
            ('\r', false) if letters.peek() == Some(&'\n') => {}
            ('\n', false) => {
                cells.push(std::mem::take(&mut cell));
                finish(&mut lines, &mut cells);
            }
            (letter, _) => cell.push(letter),
        }
    }
    if quoted {
        return Err("a quote is not closed".into());
    }
    cells.push(cell);
    finish(&mut lines, &mut cells);
    Ok(lines)
}

fn finish(lines: &mut Vec<Vec<String>>, cells: &mut Vec<String>) {
    let line = std::mem::take(cells);
    if line.iter().any(|cell| !cell.is_empty()) {
        lines.push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::{line, parse, unguarded};

    #[test]
    fn no_cell_is_taken_for_a_formula() {
        for (cell, written) in [
            ("=1+1", "'=1+1\r\n"),
            ("+49 1", "'+49 1\r\n"),
            ("-12.50", "-12.50\r\n"),
            ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0\r\n"),
            ("@SUM(A1)", "'@SUM(A1)\r\n"),
            ("\tx", "'\tx\r\n"),
            ("\rx", "\"'\rx\"\r\n"),
            ("=\"a\",b", "\"'=\"\"a\"\",b\"\r\n"),
            ("plain", "plain\r\n"),
        ] {
            assert_eq!(line(&[cell]), written);
            let read = parse(&line(&[cell])).expect("it reads");
            assert_eq!(unguarded(&read[0][0]), cell);
        }
    }

    #[test]
    fn lines_are_read_as_they_were_written() {
        let text = "a,\"b \"\"c\"\"\nd\"\r\n\r\n1,\n";
        assert_eq!(
            parse(text),
            Ok(vec![
                vec!["a".to_owned(), "b \"c\"\nd".to_owned()],
                vec!["1".to_owned(), String::new()]
            ])
        );
        assert!(parse("a,\"b").is_err());
        assert!(parse("a\"b").is_err());
    }
}
