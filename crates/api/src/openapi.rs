//! The API description, OpenAPI 3.1, generated from the handlers. `crates/api/openapi.json` is what it was last reviewed
//! as; a test compares.

use crate::error;
use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;

/// What does not belong to one route.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "pitwall",
        description = "True gross profit of repair shops. Amounts are whole cents, times RFC 3339, dates the shop's own. \
                       Errors are application/problem+json with a stable `type` and a hint.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(error::Body<'static>)),
    tags(
        (name = "access", description = "Who may see what"),
        (name = "figures", description = "What the shops made"),
        (name = "tasks", description = "Long work: asked for, watched, cancelled"),
        (name = "service", description = "The service itself")
    )
)]
pub(crate) struct Description;

/// The document as it is answered: every route gets the errors that every route can give, and sign-in where it is needed.
pub(crate) fn finished(document: &Document) -> Value {
    let mut document = serde_json::to_value(document).expect("a description is plain JSON");
    document["openapi"] = json!("3.1.0");
    document["components"]["responses"]["Problem"] = json!({
        "description": "Any error (RFC 9457)",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
    });
    document["components"]["securitySchemes"] = json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token of the configured issuer, or a service key"
        }
    });
    let Some(paths) = document["paths"].as_object_mut() else {
        return document;
    };
    for (path, methods) in paths {
        for (_, operation) in methods.as_object_mut().into_iter().flatten() {
            let problem = json!({ "$ref": "#/components/responses/Problem" });
            operation["responses"]["default"] = problem;
            if path.starts_with("/api/") {
                operation["security"] = json!([{ "bearer": [] }]);
            }
        }
    }
    document
}
