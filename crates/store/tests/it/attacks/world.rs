//! Two shops of two organizations with rows in every table, made from the catalog, and everybody who might knock.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use testkit::db::TestDb;
use tokio_postgres::{Client, SimpleQueryMessage};

/// The shop of those who are let in, and another one.
pub const OWN_SHOP: i64 = 1;
/// A shop of another organization.
pub const OTHER_SHOP: i64 = 2;
/// A shop that does not exist.
pub const NO_SHOP: i64 = 9;

/// The BI login of the first organization. Roles belong to the cluster and outlive the test: it opens nothing elsewhere.
pub const BI_LOGIN: &str = "pitwall_bi_test_of_the_wall";

/// The roles of `user_shop_access`, strongest first.
pub const SHOP_ROLES: [&str; 6] = [
    "owner",
    "manager",
    "advisor",
    "technician",
    "analyst",
    "viewer",
];

/// The user who has a role in a shop; the first digit is the shop.
pub fn user(shop: i64, role: &str) -> String {
    let at = SHOP_ROLES.iter().position(|r| *r == role).unwrap_or(9);
    format!("{shop}0000000-0000-4000-8000-00000000000{at}")
}

/// Somebody at the door.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What he is called in goldens and messages.
    pub name: String,
    /// The role whose grants he has.
    pub role: &'static str,
    /// What makes a transaction his.
    pub enter: String,
}

impl Caller {
    fn new(name: &str, role: &'static str, enter: String) -> Self {
        Self {
            name: name.to_owned(),
            role,
            enter,
        }
    }

    /// A signed-in user with these claims.
    pub fn signed_in(name: &str, claims: &str) -> Self {
        let enter = format!(
            "set local session authorization pitwall_api; set local role authenticated; \
             set local request.jwt.claims = '{claims}'"
        );
        Self::new(name, "authenticated", enter)
    }

    /// A user with a role in a shop.
    pub fn of_shop(shop: i64, role: &str) -> Self {
        Self::signed_in(role, &format!("{{\"sub\":\"{}\"}}", user(shop, role)))
    }

    /// Everybody who may see something of the first shop, by role or by login.
    pub fn insiders() -> Vec<Self> {
        let mut all: Vec<Self> = SHOP_ROLES
            .iter()
            .map(|role| Self::of_shop(OWN_SHOP, role))
            .collect();
        let login = |name: &str, role, rest: &str| {
            Self::new(
                name,
                role,
                format!("set local session authorization {name}{rest}"),
            )
        };
        all.push(Self::new(
            "bi",
            "pitwall_bi",
            format!("set local session authorization {BI_LOGIN}"),
        ));
        all.push(login(
            "pitwall_sync",
            "pitwall_sync",
            "; set local pitwall.shop_id = '1'",
        ));
        all.push(Self::new(
            "pitwall_admin",
            "pitwall_admin",
            "set local role pitwall_admin; set local pitwall.organization_id = 'acme'".to_owned(),
        ));
        all
    }

    /// Everybody who may see nothing of either shop, whatever he claims.
    pub fn outsiders() -> Vec<Self> {
        let forged = format!(
            "{{\"sub\":\"x\",\"role\":\"service_role\",\"shops\":[1,2],\"shop_id\":1,\"user_id\":\"{}\"}}",
            user(1, "owner")
        );
        let settings = "; set local pitwall.shop_id = '1'; set local pitwall.organization_id = 'acme'; \
                        set local request.jwt.claim.sub = '10000000-0000-4000-8000-000000000000'";
        let mut without = Self::signed_in("no claims", "");
        without.enter.push_str(settings);
        let mut forged = Self::signed_in("forged claims", &forged);
        forged.enter.push_str(settings);
        let stranger = "{\"sub\":\"90000000-0000-4000-8000-000000000009\"}";
        vec![
            Self::new(
                "anon",
                "anon",
                format!(
                    "set local session authorization pitwall_api; set local role anon; \
                     set local request.jwt.claims = '{{\"sub\":\"{}\"}}'{settings}",
                    user(1, "owner")
                ),
            ),
            without,
            forged,
            Self::signed_in("stranger", stranger),
            Self::new(
                "pitwall_api",
                "pitwall_api",
                format!("set local session authorization pitwall_api{settings}"),
            ),
            Self::new(
                "sync without shop",
                "pitwall_sync",
                "set local session authorization pitwall_sync; set local pitwall.shop_id = ''"
                    .to_owned(),
            ),
            Self::new(
                "bi of nobody",
                "pitwall_bi",
                format!("set local role pitwall_bi{settings}"),
            ),
        ]
    }
}

/// A table or view of ours.
#[derive(Clone, Debug)]
pub struct Relation {
    /// With its schema.
    pub name: String,
    /// Table, partition or view.
    pub kind: Kind,
    /// What says whose a row is.
    pub key: &'static str,
    /// Columns of the primary key.
    pub primary: Vec<String>,
    /// Columns, and how a value of each is written.
    pub columns: Vec<Column>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Table,
    Partition,
    View,
}

#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    /// Has to be given a value.
    pub given: bool,
    /// SQL of its value; `{shop}`, `{organization}`, `{number}`, `{digit}` and `{me}` are filled in.
    pub value: String,
}

impl Relation {
    /// Rows of a shop.
    pub fn of(&self, shop: i64) -> String {
        match self.key {
            "shop_id" => format!("shop_id = {shop}"),
            "user_id" => format!("user_id::text like '{shop}%'"),
            key => format!("{key} = '{}'", organization(shop)),
        }
    }

    /// An insert of row `number` (1, 2, …) of a shop, giving values to these columns only.
    pub fn insert(&self, shop: i64, number: i64, only: Option<&[String]>) -> String {
        let given: Vec<&Column> = self
            .columns
            .iter()
            .filter(|c| c.given && only.is_none_or(|only| only.contains(&c.name)))
            .collect();
        let names: Vec<&str> = given.iter().map(|c| c.name.as_str()).collect();
        let values: Vec<String> = given.iter().map(|c| c.fill(shop, number)).collect();
        format!(
            "insert into {} ({}) values ({})",
            self.name,
            names.join(", "),
            values.join(", ")
        )
    }
}

impl Column {
    fn fill(&self, shop: i64, number: i64) -> String {
        self.value
            .replace("{me}", ME)
            .replace("{shop}", &shop.to_string())
            .replace("{organization}", organization(shop))
            .replace("{number}", &(number * 100).to_string())
            .replace("{digit}", &number.to_string())
    }
}

/// Whoever the claims say is asking; null for nobody.
const ME: &str = "(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid";

/// The organization a shop belongs to.
pub fn organization(shop: i64) -> &'static str {
    match shop {
        OWN_SHOP => "acme",
        OTHER_SHOP => "other",
        _ => "nobody",
    }
}

/// The database of the attacks.
pub struct World {
    pub test: TestDb,
    pub client: Client,
    pub relations: Vec<Relation>,
}

impl World {
    /// Two rows in every table for each of two shops.
    pub async fn create(name: &str) -> Self {
        let test = TestDb::create(name).await.expect("a test database");
        let client = test.client().await.expect("a client");
        client
            .batch_execute(PEOPLE)
            .await
            .expect("two shops with their people");
        let relations = relations(&client).await;
        let mut rows = String::from("set session_replication_role = replica;");
        for relation in relations.iter().filter(|r| r.kind == Kind::Table) {
            if MADE_BY_HAND.contains(&relation.name.as_str()) {
                continue;
            }
            for (shop, number) in [(1, 1), (1, 2), (2, 1), (2, 2)] {
                let _ = write!(rows, "{};", relation.insert(shop, number, None));
            }
        }
        rows.push_str("reset session_replication_role");
        client
            .batch_execute(&rows)
            .await
            .unwrap_or_else(|e| panic!("rows in every table: {e:?}"));
        Self {
            test,
            client,
            relations,
        }
    }

    /// Begins a transaction as somebody.
    pub async fn enter(&self, caller: &Caller) {
        let begin = format!("begin; {}", caller.enter);
        self.client
            .batch_execute(&begin)
            .await
            .unwrap_or_else(|e| panic!("{}: {e:?}", caller.name));
    }

    /// Ends it without a trace.
    pub async fn leave(&self) {
        self.client.batch_execute("rollback").await.expect("an end");
    }

    /// What a statement does, undone at once.
    pub async fn attempt(&self, statement: &str) -> Outcome {
        let savepoint = "savepoint attempt";
        self.client
            .batch_execute(savepoint)
            .await
            .expect("a savepoint");
        let outcome = match self.client.simple_query(statement).await {
            Ok(messages) => Outcome::done(&messages),
            Err(error) => Outcome::Refused(
                error
                    .code()
                    .map(|code| code.code().to_owned())
                    .unwrap_or_default(),
            ),
        };
        self.client
            .batch_execute("rollback to attempt")
            .await
            .expect("back to the savepoint");
        outcome
    }

    /// The number that a statement of the superuser gives, outside any transaction.
    pub async fn attempt_alone(&self, statement: &str) -> Option<i64> {
        let row = self.client.query_one(statement, &[]).await.expect("a row");
        row.get(0)
    }

    /// How a statement would be carried out; an error where it is refused.
    pub async fn plan(&self, statement: &str) -> Result<String, tokio_postgres::Error> {
        self.client.batch_execute("savepoint plan").await?;
        let explained = self
            .client
            .query(&format!("explain {statement}"), &[])
            .await;
        self.client.batch_execute("rollback to plan").await?;
        let lines: Vec<String> = explained?.iter().map(|row| row.get(0)).collect();
        Ok(lines.join("\n"))
    }
}

/// What became of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Rows it touched, and the first value it gave.
    Done(u64, Option<String>),
    /// SQLSTATE.
    Refused(String),
}

impl Outcome {
    fn done(messages: &[SimpleQueryMessage]) -> Self {
        let mut touched = 0;
        let mut value = None;
        for message in messages {
            match message {
                SimpleQueryMessage::Row(row) if value.is_none() => {
                    value = row.get(0).map(str::to_owned);
                }
                SimpleQueryMessage::CommandComplete(count) => touched = *count,
                _ => {}
            }
        }
        Self::Done(touched, value)
    }

    /// The permission was lacking: nothing was looked at.
    pub fn is_denied(&self) -> bool {
        *self == Self::Refused("42501".to_owned())
    }

    /// Nothing came of it, whether refused or without rows.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Done(0, _))
    }

    /// The number it gave; none where it was refused.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Done(_, value) => value.as_deref().and_then(|v| v.parse().ok()),
            Self::Refused(_) => None,
        }
    }
}

const MADE_BY_HAND: [&str; 5] = [
    "warehouse.organizations",
    "warehouse.shops",
    "warehouse.users",
    "warehouse.user_shop_access",
    "ops.bi_roles",
];

const PEOPLE: &str = "
    do $$ begin
        if not exists (select from pg_roles where rolname = 'pitwall_bi_test_of_the_wall') then
            create role pitwall_bi_test_of_the_wall login in role pitwall_bi;
        end if;
    exception when duplicate_object or unique_violation then null;
    end $$;
    insert into warehouse.organizations (id, name) values ('acme', 'Acme'), ('other', 'Other');
    insert into warehouse.shops (shop_id, organization_id, vendor, vendor_account, name, timezone, external_key) values
        (1, 'acme', 'tekmetric', '1', 'One', 'America/New_York', 'key-of-shop-one-0001'),
        (2, 'other', 'tekmetric', '2', 'Two', 'America/Chicago', 'key-of-shop-two-0002');
    insert into warehouse.user_shop_access (shop_id, user_id, role, employee_id)
        select s, (s || '0000000-0000-4000-8000-00000000000' || r.at - 1)::uuid, r.role,
            case r.role when 'technician' then 100 end
        from generate_series(1, 2) s
        cross join unnest(array['owner','manager','advisor','technician','analyst','viewer'])
            with ordinality r (role, at);
    insert into warehouse.users (user_id, email) select user_id, user_id || '@example.test' from warehouse.user_shop_access;
    insert into ops.bi_roles (organization_id, role_name) values
        ('acme', 'pitwall_bi_test_of_the_wall'), ('other', 'pitwall_bi_of_another');
";

/// Values that a type or a CHECK does not give away: `table.column`, then SQL.
const VALUES: &[(&str, &str)] = &[
    ("warehouse.job_labor.technician_id", "{number}"),
    ("warehouse.tech_daily_metrics.technician_id", "{number}"),
    ("warehouse.user_shop_access.role", "'viewer'"),
    ("ops.audit_log.about_shop_id", "{shop}"),
    ("ops.bi_roles.role_name", "'pitwall_bi_{number}'"),
    ("ops.audit_log.actor", "coalesce({me}::text, 'somebody')"),
    ("ops.tasks.requested_by", "{me}"),
    (
        "ops.idempotency_keys.user_id",
        "coalesce({me}, '{shop}0000000-0000-4000-8000-00000000000{digit}')",
    ),
    ("ops.service_keys.scopes", "'{read}'"),
    ("ops.service_keys.shops", "array[{shop}]::bigint[]"),
];

/// Lists the relations with the values their rows need.
async fn relations(client: &Client) -> Vec<Relation> {
    let rows = client
        .query(include_str!("relations.sql"), &[])
        .await
        .expect("the catalog");
    let mut found: BTreeMap<String, Relation> = BTreeMap::new();
    for row in &rows {
        let name: String = row.get("relation");
        let column: String = row.get("column_name");
        let relation = found.entry(name.clone()).or_insert_with(|| Relation {
            kind: match (row.get("kind"), row.get("is_partition")) {
                ("v", _) => Kind::View,
                (_, true) => Kind::Partition,
                _ => Kind::Table,
            },
            key: "",
            name,
            primary: Vec::new(),
            columns: Vec::new(),
        });
        let by_hand = VALUES
            .iter()
            .find(|(of, _)| *of == format!("{}.{column}", relation.name));
        let in_key: bool = row.get("in_key");
        let needed: bool = row.get("needed");
        if row.get("is_primary") {
            relation.primary.push(column.clone());
        }
        relation.columns.push(Column {
            given: needed || in_key || by_hand.is_some(),
            value: by_hand.map_or_else(
                || value(&column, row.get("type_name"), row.get("allowed")),
                |(_, sql)| (*sql).to_owned(),
            ),
            name: column,
        });
    }
    for relation in found.values_mut() {
        let has = |name: &str| relation.columns.iter().any(|c| c.name == name);
        relation.key = ["shop_id", "organization_id", "user_id", "id"]
            .into_iter()
            .find(|key| has(key))
            .unwrap_or_else(|| panic!("{}: nothing says whose a row is", relation.name));
    }
    found.into_values().collect()
}

/// SQL of a value for a column: what a CHECK lists, or what its type allows.
fn value(column: &str, type_name: &str, allowed: Option<&str>) -> String {
    if let Some(first) = allowed.and_then(|list| list.split('\'').nth(1)) {
        return format!("'{first}'");
    }
    match (column, type_name) {
        ("shop_id", _) => "{shop}".to_owned(),
        ("organization_id", _) => "'{organization}'".to_owned(),
        ("user_id" | "requested_by", _) => {
            "'{shop}0000000-0000-4000-8000-00000000000{digit}'".to_owned()
        }
        (_, "bigint" | "integer" | "smallint" | "numeric") => "{number}".to_owned(),
        (_, "boolean") => "true".to_owned(),
        // Mondays, inside no partition of their own.
        (_, "date") => "date '2026-01-05' + 7 * ({digit} - 1)".to_owned(),
        (_, "timestamp with time zone") => {
            "timestamptz '2030-01-07 00:00:00Z' + {digit} * interval '1 day'".to_owned()
        }
        (_, "uuid") => "'{shop}0000000-0000-4000-8000-0000000000{digit}0'".to_owned(),
        (_, "bytea") => "sha256(convert_to('{shop} {number}', 'UTF8'))".to_owned(),
        (_, "json" | "jsonb") => "'{}'".to_owned(),
        (_, other) if other.ends_with("[]") => "'{}'".to_owned(),
        (_, "character") => "'USD'".to_owned(),
        _ => "'text {number}'".to_owned(),
    }
}
