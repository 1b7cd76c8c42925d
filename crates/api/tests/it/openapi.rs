//! The description is what was last reviewed.

#[test]
fn the_checked_in_description_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let mut text = serde_json::to_string_pretty(&api::description()).expect("it is JSON");
    text.push('\n');
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(path, &text).expect("the file can be written");
        return;
    }
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        golden == text,
        "crates/api/openapi.json is not what the handlers say; UPDATE_GOLDENS=1 accepts it"
    );
}

#[test]
fn every_operation_is_named_once_and_guarded() {
    let document = api::description();
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = std::collections::BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("there are paths") {
        for (method, operation) in methods.as_object().expect("there are methods") {
            let id = operation["operationId"].as_str().unwrap_or_default();
            assert!(
                !id.is_empty() && names.insert(id.to_owned()),
                "{method} {path}: {id}"
            );
            assert!(
                operation["responses"]["default"].is_object(),
                "{method} {path}"
            );
            assert_eq!(
                operation["security"].is_array(),
                path.starts_with("/api/"),
                "{method} {path}"
            );
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = api::description();
    let mut todo = vec![&document];
    while let Some(value) = todo.pop() {
        match value {
            serde_json::Value::Object(map) => {
                if let Some(target) = map.get("$ref").and_then(serde_json::Value::as_str) {
                    let pointer = target.trim_start_matches('#');
                    assert!(
                        document.pointer(pointer).is_some(),
                        "{target} is described nowhere"
                    );
                }
                todo.extend(map.values());
            }
            serde_json::Value::Array(items) => todo.extend(items),
            _ => {}
        }
    }
}
