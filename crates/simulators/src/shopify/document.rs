//! A request's document, checked against the schema before anything is done.

use std::collections::BTreeMap;

use graphql_parser::query::{
    Definition, Document, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
    TypeCondition, Value as Literal, VariableDefinition, parse_query,
};
use serde_json::{Map, Value, json};

use super::schema::{self, Shape};

/// A selected field with everything below it.
#[derive(Debug)]
pub(crate) struct Sel {
    /// The name in the answer.
    pub(crate) key: String,
    pub(crate) name: String,
    /// Its type; empty for scalars.
    pub(crate) of: &'static str,
    pub(crate) shape: Shape,
    pub(crate) args: Map<String, Value>,
    /// Of a connection: `pageInfo`, `nodes`, `edges`.
    pub(crate) subs: Vec<Sel>,
    /// Only on objects of this type.
    pub(crate) on: Option<String>,
    pub(crate) aliased: bool,
}

impl Sel {
    /// What is selected of the rows, by `nodes` and by `edges.node`.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Self> {
        let nodes = self.subs.iter().filter(|sub| sub.name == "nodes");
        let edges = self.subs.iter().filter(|sub| sub.name == "edges");
        nodes.chain(edges.flat_map(|edges| edges.subs.iter().filter(|sub| sub.name == "node")))
    }

    /// `first`, or `last`.
    pub(crate) fn count(&self) -> Option<i64> {
        self.args
            .get("first")
            .or_else(|| self.args.get("last"))
            .and_then(Value::as_i64)
    }
}

/// A whole operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) mutation: bool,
    pub(crate) subs: Vec<Sel>,
}

struct Reader<'d> {
    variables: &'d Map<String, Value>,
    declared: BTreeMap<&'d str, Option<Value>>,
    fragments: BTreeMap<&'d str, &'d FragmentDefinition<'d, String>>,
    depth: usize,
}

type Fields<'d> = (&'static str, &'d SelectionSet<'d, String>, Option<&'d str>);

/// An error as the vendor writes it.
pub(crate) fn error(code: &str, message: impl Into<String>) -> Value {
    json!({"message": message.into(), "extensions": {"code": code}})
}

/// Reads and checks a document.
///
/// # Errors
/// The vendor's error object: `PARSE_ERROR`, `undefinedField`, `selectionMismatch`, …
pub(crate) fn read(query: &str, variables: &Map<String, Value>) -> Result<Operation, Value> {
    let document: Document<'_, String> = parse_query(query).map_err(|problem| {
        let mut error = error("PARSE_ERROR", problem.to_string());
        error["locations"] = json!([{"line": 1, "column": 1}]);
        error
    })?;
    let mut operation = None;
    let mut fragments = BTreeMap::new();
    for definition in &document.definitions {
        match definition {
            Definition::Operation(found) => operation = operation.or(Some(found)),
            Definition::Fragment(fragment) => {
                fragments.insert(fragment.name.as_str(), fragment);
            }
        }
    }
    let missing = || error("BAD_REQUEST", "no operation");
    let (mutation, declared, set): (bool, &[VariableDefinition<'_, String>], _) =
        match operation.ok_or_else(missing)? {
            OperationDefinition::SelectionSet(set) => (false, &[], set),
            OperationDefinition::Query(query) => {
                (false, &query.variable_definitions, &query.selection_set)
            }
            OperationDefinition::Mutation(found) => {
                (true, &found.variable_definitions, &found.selection_set)
            }
            OperationDefinition::Subscription(_) => {
                return Err(error("BAD_REQUEST", "no subscriptions"));
            }
        };
    let mut reader = Reader {
        variables,
        declared: BTreeMap::new(),
        fragments,
        depth: 0,
    };
    for variable in declared {
        let default = variable
            .default_value
            .as_ref()
            .map(|value| reader.literal(value))
            .transpose()?;
        let given = variables
            .get(&variable.name)
            .is_some_and(|value| !value.is_null());
        if variable.var_type.to_string().ends_with('!') && !given && default.is_none() {
            let text = format!("Variable ${} was provided invalid value", variable.name);
            return Err(error("INVALID_VARIABLE", text));
        }
        reader.declared.insert(&variable.name, default);
    }
    let root = if mutation { "Mutation" } else { "QueryRoot" };
    let mut subs = Vec::new();
    reader.set((root, set, None), &mut subs)?;
    Ok(Operation { mutation, subs })
}

impl<'d> Reader<'d> {
    fn set(&mut self, (of, set, on): Fields<'d>, into: &mut Vec<Sel>) -> Result<(), Value> {
        self.depth += 1;
        if self.depth > 40 {
            return Err(error("BAD_REQUEST", "the document is too deep"));
        }
        for item in &set.items {
            let (condition, inner) = match item {
                Selection::Field(field) => {
                    into.push(self.field(of, field, on)?);
                    continue;
                }
                Selection::InlineFragment(fragment) => {
                    (fragment.type_condition.as_ref(), &fragment.selection_set)
                }
                Selection::FragmentSpread(spread) => {
                    let text = || {
                        format!(
                            "Fragment {} was used, but not defined",
                            spread.fragment_name
                        )
                    };
                    let named = self.fragments.get(spread.fragment_name.as_str()).copied();
                    let named = named.ok_or_else(|| error("useAndDefineFragment", text()))?;
                    (Some(&named.type_condition), &named.selection_set)
                }
            };
            match condition {
                None => self.set((of, inner, on), into)?,
                Some(TypeCondition::On(name)) => {
                    let known = TYPE_NAMES.iter().find(|known| *known == name).copied();
                    let known = known.or_else(|| schema::name_of(name));
                    let text =
                        || format!("No such type {name}, so it can't be a fragment condition");
                    let of = known.ok_or_else(|| error("undefinedType", text()))?;
                    self.set((of, inner, Some(name)), into)?;
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn field(
        &mut self,
        of: &'static str,
        field: &'d Field<'d, String>,
        on: Option<&'d str>,
    ) -> Result<Sel, Value> {
        let plain = |name: &str, of: &'static str, shape| Sel {
            key: field.alias.clone().unwrap_or_else(|| field.name.clone()),
            name: name.to_owned(),
            of,
            shape,
            args: Map::new(),
            subs: Vec::new(),
            on: on.map(str::to_owned),
            aliased: field.alias.is_some(),
        };
        if field.name == "__typename" {
            return Ok(plain("__typename", "", Shape::One));
        }
        let Some(found) = schema::look_up(base(of), &field.name) else {
            let mut error = error(
                "undefinedField",
                format!("Field '{}' doesn't exist on type '{of}'", field.name),
            );
            error["extensions"]["typeName"] = json!(of);
            error["extensions"]["fieldName"] = json!(field.name);
            return Err(error);
        };
        let mut sel = plain(&field.name, found.of, found.shape);
        for (name, value) in &field.arguments {
            let takes = found
                .args
                .iter()
                .any(|arg| arg.trim_end_matches('!') == name);
            let text = || format!("Field '{}' doesn't accept argument '{name}'", field.name);
            takes
                .then_some(())
                .ok_or_else(|| error("argumentNotAccepted", text()))?;
            let value = self.literal(value)?;
            if !value.is_null() {
                sel.args.insert(name.clone(), value);
            }
        }
        let wanting = found
            .args
            .iter()
            .filter_map(|arg| arg.strip_suffix('!'))
            .find(|arg| !sel.args.contains_key(*arg));
        if let Some(arg) = wanting {
            let text = format!(
                "Field '{}' is missing required arguments: {arg}",
                field.name
            );
            return Err(error("missingRequiredArguments", text));
        }
        if found.of.is_empty() != field.selection_set.items.is_empty() {
            let text = format!(
                "Field '{}' must have selections, or must have none",
                field.name
            );
            return Err(error("selectionMismatch", text));
        }
        if found.shape == Shape::Connection {
            self.connection(&mut sel, &field.selection_set)?;
        } else if !found.of.is_empty() {
            self.set((found.of, &field.selection_set, None), &mut sel.subs)?;
        }
        Ok(sel)
    }

    /// `pageInfo`, `nodes { … }`, `edges { cursor node { … } }`.
    fn connection(
        &mut self,
        sel: &mut Sel,
        set: &'d SelectionSet<'d, String>,
    ) -> Result<(), Value> {
        let of = sel.of;
        for item in &set.items {
            let Selection::Field(field) = item else {
                return Err(error(
                    "BAD_REQUEST",
                    "fragments on connections are not served",
                ));
            };
            let bare = |name: &str, shape| Sel {
                key: field.alias.clone().unwrap_or_else(|| name.to_owned()),
                name: name.to_owned(),
                of,
                shape,
                args: Map::new(),
                subs: Vec::new(),
                on: None,
                aliased: field.alias.is_some(),
            };
            let mut inner = bare(&field.name, Shape::List);
            match field.name.as_str() {
                "pageInfo" => {
                    (inner.of, inner.shape) = ("PageInfo", Shape::One);
                    self.set(("PageInfo", &field.selection_set, None), &mut inner.subs)?;
                }
                "nodes" => self.set((of, &field.selection_set, None), &mut inner.subs)?,
                "edges" => {
                    for part in &field.selection_set.items {
                        match part {
                            Selection::Field(cursor) if cursor.name == "cursor" => {
                                inner.subs.push(Sel {
                                    of: "",
                                    key: "cursor".to_owned(),
                                    ..bare("cursor", Shape::One)
                                });
                            }
                            Selection::Field(node) if node.name == "node" => {
                                let mut row = Sel {
                                    key: "node".to_owned(),
                                    ..bare("node", Shape::One)
                                };
                                self.set((of, &node.selection_set, None), &mut row.subs)?;
                                inner.subs.push(row);
                            }
                            _ => {
                                return Err(error(
                                    "undefinedField",
                                    format!("no such field on type '{of}Edge'"),
                                ));
                            }
                        }
                    }
                }
                other => {
                    let mut error = error(
                        "undefinedField",
                        format!("Field '{other}' doesn't exist on type '{of}Connection'"),
                    );
                    error["extensions"]["typeName"] = json!(format!("{of}Connection"));
                    error["extensions"]["fieldName"] = json!(other);
                    return Err(error);
                }
            }
            sel.subs.push(inner);
        }
        Ok(())
    }

    fn literal(&self, value: &Literal<'_, String>) -> Result<Value, Value> {
        Ok(match value {
            Literal::Variable(name) => {
                let Some(default) = self.declared.get(name.as_str()) else {
                    return Err(error(
                        "INVALID_VARIABLE",
                        format!("Variable ${name} is not declared"),
                    ));
                };
                let given = self.variables.get(name).cloned();
                given.or_else(|| default.clone()).unwrap_or(Value::Null)
            }
            Literal::Int(number) => json!(number.as_i64()),
            Literal::Float(number) => json!(number),
            Literal::String(text) | Literal::Enum(text) => json!(text),
            Literal::Boolean(truth) => json!(truth),
            Literal::Null => Value::Null,
            Literal::List(items) => {
                let items: Result<Vec<Value>, Value> =
                    items.iter().map(|item| self.literal(item)).collect();
                Value::Array(items?)
            }
            Literal::Object(fields) => {
                let pairs: Result<Map<String, Value>, Value> = fields
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), self.literal(value)?)))
                    .collect();
                Value::Object(pairs?)
            }
        })
    }
}

/// Concrete types of interfaces that have no fields of their own.
const TYPE_NAMES: [&str; 5] = [
    "OrderAgreement",
    "RefundAgreement",
    "OrderEditAgreement",
    "ReturnAgreement",
    "DutySale",
];

/// Where the fields of a type are listed.
fn base(of: &str) -> &str {
    if of.ends_with("Agreement") {
        "SalesAgreement"
    } else if of == "DutySale" {
        "Sale"
    } else {
        of
    }
}
