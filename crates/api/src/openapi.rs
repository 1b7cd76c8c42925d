//! The API description, OpenAPI 3.1, of what exists.

use axum::Json;
use serde_json::{Value, json};

/// `GET /openapi.json`
pub(crate) async fn description() -> Json<Value> {
    Json(document())
}

/// The document itself.
fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "pitwall",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "True gross profit of repair shops",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
        },
        "paths": {
            "/": {
                "get": {
                    "operationId": "firstPage",
                    "summary": "What runs here; in the demo the figures of its shops",
                    "responses": { "200": html("The page"), "default": { "$ref": "#/components/responses/Problem" } }
                }
            },
            "/healthz": { "get": status_of("processHealth", "The process answers", "ok") },
            "/readyz": { "get": status_of("readiness", "The database answers and has this program's schema", "ready") },
            "/openapi.json": {
                "get": {
                    "operationId": "apiDescription",
                    "summary": "This document",
                    "responses": {
                        "200": { "description": "The document", "content": { "application/json": { "schema": { "type": "object" } } } },
                        "default": { "$ref": "#/components/responses/Problem" }
                    }
                }
            }
        },
        "components": {
            "responses": {
                "Problem": {
                    "description": "Any error (RFC 9457)",
                    "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
                }
            },
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["type", "title", "status"],
                    "properties": {
                        "type": { "type": "string", "description": "Stable code as a URN" },
                        "title": { "type": "string" },
                        "status": { "type": "integer" },
                        "detail": { "type": "string" },
                        "instance": { "type": "string", "description": "Id of the request, as in X-Request-Id" }
                    }
                }
            }
        }
    })
}

fn html(description: &str) -> Value {
    json!({ "description": description, "content": { "text/html": { "schema": { "type": "string" } } } })
}

fn status_of(id: &str, summary: &str, word: &str) -> Value {
    let schema = json!({
        "type": "object",
        "required": ["status"],
        "properties": { "status": { "const": word } }
    });
    json!({
        "operationId": id,
        "summary": summary,
        "responses": {
            "200": { "description": summary, "content": { "application/json": { "schema": schema } } },
            "default": { "$ref": "#/components/responses/Problem" }
        }
    })
}
