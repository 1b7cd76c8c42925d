//! `pitwall config show`

use crate::cli::ConfigShowArgs;
use crate::config::report;
use crate::failure::Exit;
use crate::lifecycle::Context;
use serde_json::json;

pub(super) fn run(args: &ConfigShowArgs, context: &Context) -> Exit {
    let lines = report::lines(&context.settings);
    let document = json!({
        "schema": "pitwall.config.show/1",
        "file": context.settings.path,
        "settings": lines,
    });
    context.output.answer(&document, || {
        let mut text = match &context.settings.path {
            Some(path) => format!("# {}\n", path.display()),
            None => "# no configuration file\n".to_owned(),
        };
        for line in &lines {
            text.push_str(&format!("{} = {}", line.key, line.value));
            if args.origin {
                text.push_str(&format!("  # {}", line.origin));
            }
            text.push('\n');
        }
        text
    });
    Exit::Done
}
