//! Everybody × every relation × every verb × {own shop, other shop}. What is in one's own shop is the golden; what is in
//! another's is nothing, always.

use super::world::{Caller, Kind, NO_SHOP, OTHER_SHOP, OWN_SHOP, Outcome, Relation, World};
use crate::golden;
use futures_util::{SinkExt as _, TryStreamExt as _};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::pin::pin;
use tokio_postgres::Client;

/// A row that nobody has yet.
const NEW: i64 = 7;

/// Which columns a role may write.
type Writable = HashMap<(String, &'static str), (Vec<String>, Vec<String>)>;

async fn writable(client: &Client, callers: &[Caller]) -> Writable {
    let mut found = Writable::new();
    for role in callers.iter().map(|c| c.role) {
        let rows = client
            .query(
                "select c.oid::regclass::text, \
                   array_agg(a.attname::text order by a.attnum) filter (where has_column_privilege($1, c.oid, a.attnum, 'insert')), \
                   array_agg(a.attname::text order by a.attnum) filter (where has_column_privilege($1, c.oid, a.attnum, 'update') and a.attgenerated = '' and a.attidentity = '') \
                 from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped \
                 where c.relnamespace::regnamespace::text in ('warehouse', 'raw', 'ops') and c.relkind in ('r', 'p', 'v') \
                 group by c.oid",
                &[&role],
            )
            .await
            .expect("privileges");
        for row in rows {
            let columns = |at| row.get::<_, Option<Vec<String>>>(at).unwrap_or_default();
            found.insert((row.get(0), role), (columns(1), columns(2)));
        }
    }
    found
}

/// One caller before one relation.
struct Siege<'a> {
    world: &'a World,
    caller: &'a Caller,
    relation: &'a Relation,
    insertable: Vec<String>,
    /// A column that he may update, or any.
    touched: String,
}

impl<'a> Siege<'a> {
    fn new(
        world: &'a World,
        caller: &'a Caller,
        relation: &'a Relation,
        writable: &Writable,
    ) -> Self {
        let (insertable, updatable) = writable
            .get(&(relation.name.clone(), caller.role))
            .cloned()
            .unwrap_or_default();
        let plain = |c: &&String| c.as_str() != relation.key;
        let touched = updatable
            .iter()
            .find(plain)
            .or_else(|| updatable.first())
            .cloned();
        Self {
            world,
            caller,
            relation,
            touched: touched.unwrap_or_else(|| relation.key.to_owned()),
            insertable,
        }
    }

    fn insert(&self, shop: i64, number: i64) -> String {
        let only = (!self.insertable.is_empty()).then_some(self.insertable.as_slice());
        self.relation.insert(shop, number, only)
    }

    async fn attempt(&self, statement: &str) -> Outcome {
        self.world.attempt(statement).await
    }

    fn assert_nothing(&self, statement: &str, outcome: &Outcome) {
        assert!(
            outcome.is_nothing(),
            "{} got {outcome:?} from: {statement}",
            self.caller.name
        );
    }

    /// Statements against a shop that is not the caller's.
    fn foreign(&self, shop: i64) -> Vec<String> {
        let (name, theirs, touched) = (&self.relation.name, self.relation.of(shop), &self.touched);
        let mut all = vec![
            format!("select 1 from {name} where {theirs}"),
            format!("update {name} set {touched} = {touched} where {theirs}"),
            format!("update {name} set {touched} = {touched} where {theirs} returning *"),
            format!("delete from {name} where {theirs}"),
            format!("delete from {name} where {theirs} returning *"),
            format!("merge into {name} using (select 1) one on {theirs} when matched then delete"),
            format!("select 1 from {name} where {theirs} for update"),
        ];
        if self.relation.kind == Kind::Table {
            let moved = match self.relation.key {
                "shop_id" => shop.to_string(),
                "user_id" => format!("'{shop}0000000-0000-4000-8000-000000000009'"),
                _ => format!("'{}'", super::world::organization(shop)),
            };
            let key = self.relation.key;
            all.push(format!("update {name} set {key} = {moved}"));
            all.push(format!(
                "update {name} set {key} = {moved} where {}",
                self.relation.of(OWN_SHOP)
            ));
            for number in [1, NEW] {
                let insert = self.insert(shop, number);
                all.push(format!("{insert} returning *"));
                all.push(format!("{insert} on conflict do nothing"));
                all.push(format!(
                    "{insert} on conflict ({}) do update set {touched} = excluded.{touched}",
                    self.relation.primary.join(", ")
                ));
                all.push(insert);
            }
        }
        all
    }

    /// Nothing of another shop is seen, changed, planted or told apart from what does not exist.
    async fn holds(&self) {
        for shop in [OTHER_SHOP, NO_SHOP] {
            for statement in self.foreign(shop) {
                let outcome = self.attempt(&statement).await;
                self.assert_nothing(&statement, &outcome);
            }
        }
        let name = &self.relation.name;
        for statement in [
            format!("truncate {name}"),
            format!("truncate {name} cascade"),
            format!("alter table {name} disable row level security"),
            format!("alter policy sync_select on {name} using (true)"),
            format!("create policy mine on {name} using (true)"),
            format!("create index on {name} ({})", self.relation.key),
            format!("create rule r as on select to {name} do also select 1"),
        ] {
            let outcome = self.attempt(&statement).await;
            assert!(
                matches!(outcome, Outcome::Refused(_)),
                "{}: {statement}",
                self.caller.name
            );
        }
        // Without the right to grant this is a warning, not an error.
        let granted = format!(
            "grant all on {name} to public; select 1 where has_table_privilege('public', '{name}', 'select')"
        );
        let outcome = self.attempt(&granted).await;
        self.assert_nothing(&granted, &outcome);
        if self.relation.kind == Kind::Table {
            self.tells_nothing_apart().await;
        }
    }

    /// A key that another shop has, one that it has not, and a shop that does not exist: the same refusal.
    async fn tells_nothing_apart(&self) {
        let mut answers = Vec::new();
        for (shop, number) in [(OTHER_SHOP, 1), (OTHER_SHOP, NEW), (NO_SHOP, 1)] {
            answers.push(self.attempt(&self.insert(shop, number)).await);
        }
        assert!(
            answers.iter().all(|a| *a == answers[0]),
            "{} can tell rows of {} apart: {answers:?}",
            self.caller.name,
            self.relation.name
        );
    }

    /// Whole tables by COPY: out, only what a select shows; in, nothing.
    async fn copies_no_more(&self) {
        let client = &self.world.client;
        for what in [
            self.relation.name.clone(),
            format!("(select * from {})", self.relation.name),
        ] {
            client
                .batch_execute("savepoint copy")
                .await
                .expect("a savepoint");
            if let Ok(stream) = client.copy_out(&format!("copy {what} to stdout")).await {
                let lines: Vec<_> = pin!(stream).try_collect().await.unwrap_or_default();
                client
                    .batch_execute("rollback to copy")
                    .await
                    .expect("back");
                let visible = format!("select count(*) from {}", self.relation.name);
                let visible = self.attempt(&visible).await.number().unwrap_or(0);
                let copied = i64::try_from(lines.len()).expect("a few rows");
                assert!(copied <= visible, "{} copied {what}", self.caller.name);
            } else {
                client
                    .batch_execute("rollback to copy")
                    .await
                    .expect("back");
            }
        }
        self.copies_nothing_in().await;
    }

    /// On a connection of its own, which a refused COPY leaves unusable.
    async fn copies_nothing_in(&self) {
        let client = self.world.test.client().await.expect("a client");
        let begin = format!("begin; {}", self.caller.enter);
        client.batch_execute(&begin).await.expect("a transaction");
        let copy = format!("copy {} from stdin", self.relation.name);
        if let Ok(sink) = client.copy_in::<_, bytes::Bytes>(&copy).await {
            let closed = pin!(sink).close().await;
            assert!(closed.is_err(), "{} may {copy}", self.caller.name);
        }
    }

    /// What he may do with the rows of his own shop: `RIUD`, small where only some rows, `.` where none, `-` where the
    /// grant is missing.
    async fn own(&self, rows: i64) -> String {
        let (name, mine, touched) = (
            &self.relation.name,
            self.relation.of(OWN_SHOP),
            &self.touched,
        );
        let letter = |letter: char, outcome: Outcome, counted: Option<i64>| match outcome {
            _ if outcome.is_denied() => '-',
            // Grant and policy let it pass; the order of the line is missing, or the shop is there already.
            Outcome::Refused(code) if matches!(code.as_str(), "23503" | "23505") => letter,
            Outcome::Refused(code) => panic!("{} {letter} {name}: {code}", self.caller.name),
            Outcome::Done(..) => match counted {
                Some(0) => '.',
                Some(count) if count < rows => letter.to_ascii_lowercase(),
                _ => letter,
            },
        };
        let seen = self
            .attempt(&format!("select count(*) from {name} where {mine}"))
            .await;
        let count = seen.number();
        let mut letters = String::from(letter('R', seen, count));
        if self.relation.kind == Kind::View {
            return letters;
        }
        letters.push(letter(
            'I',
            self.attempt(&self.insert(OWN_SHOP, NEW)).await,
            None,
        ));
        for (verb, statement) in [
            (
                'U',
                match name.as_str() {
                    // The one change that a user may make to a task.
                    "ops.tasks" => format!(
                        "update {name} set status = 'cancelled', cancel_requested_at = now(), finished_at = now() where {mine}"
                    ),
                    _ => format!("update {name} set {touched} = {touched} where {mine}"),
                },
            ),
            ('D', format!("delete from {name} where {mine}")),
        ] {
            let outcome = self.attempt(&statement).await;
            let touched = match &outcome {
                Outcome::Done(touched, _) => i64::try_from(*touched).ok(),
                Outcome::Refused(_) => None,
            };
            letters.push(letter(verb, outcome, touched));
        }
        letters
    }
}

async fn own_rows(world: &World) -> HashMap<String, i64> {
    let mut counts = HashMap::new();
    for relation in &world.relations {
        let count = format!(
            "select count(*) from {} where {}",
            relation.name,
            relation.of(OWN_SHOP)
        );
        let row = world.client.query_one(&count, &[]).await.expect("a count");
        counts.insert(relation.name.clone(), row.get(0));
    }
    counts
}

#[tokio::test]
async fn c1_what_each_role_may_do_is_the_golden_and_nothing_more() {
    let world = World::create("attack_matrix").await;
    let callers = Caller::insiders();
    let (rows, writable) = (
        own_rows(&world).await,
        writable(&world.client, &callers).await,
    );
    let mut lines: HashMap<&str, Vec<String>> = HashMap::new();
    for caller in &callers {
        world.enter(caller).await;
        for relation in &world.relations {
            let siege = Siege::new(&world, caller, relation, &writable);
            siege.holds().await;
            siege.copies_no_more().await;
            let letters = siege.own(rows[&relation.name]).await;
            lines.entry(&relation.name).or_default().push(letters);
        }
        world.leave().await;
    }
    let mut text = String::from(HEADING);
    let names: Vec<&str> = callers.iter().map(|c| c.name.as_str()).collect();
    let line = |first: &str, cells: &[&str]| {
        let cells: Vec<String> = cells.iter().map(|c| format!(" {c:<13}")).collect();
        format!("{first:<36}{}\n", cells.join("")).replace(" \n", "\n")
    };
    text.push_str(line("", &names).trim_end());
    for relation in &world.relations {
        let cells: Vec<&str> = lines[relation.name.as_str()]
            .iter()
            .map(String::as_str)
            .collect();
        let _ = write!(text, "\n{}", line(&relation.name, &cells).trim_end());
    }
    text.push('\n');
    golden::check("shop_roles.txt", &text);
}

const HEADING: &str = "\
# What each role of a shop, a BI login, the loader and the administration may do with the rows of their own shop or
# organization, found out by trying. R read, I insert, U update, D delete; small: only some of the rows; a point: no row;
# a dash: no grant. With another shop's rows nobody can do anything: the same test tries that too.
# Regenerate: UPDATE_GOLDENS=1 cargo nextest run -p store attacks permissions
";

#[tokio::test]
async fn c1_the_owner_of_another_shop_reaches_nothing_of_this_one() {
    let world = World::create("attack_neighbour").await;
    let neighbour = Caller::of_shop(OTHER_SHOP, "owner");
    let writable = writable(&world.client, std::slice::from_ref(&neighbour)).await;
    world.enter(&neighbour).await;
    for relation in &world.relations {
        let siege = Siege::new(&world, &neighbour, relation, &writable);
        for statement in siege.foreign(OWN_SHOP) {
            let outcome = siege.attempt(&statement).await;
            siege.assert_nothing(&statement, &outcome);
        }
    }
}

#[tokio::test]
async fn c1_outsiders_reach_nothing_of_any_shop() {
    let world = World::create("attack_outsiders").await;
    let callers = Caller::outsiders();
    let writable = writable(&world.client, &callers).await;
    for caller in &callers {
        world.enter(caller).await;
        for relation in &world.relations {
            let siege = Siege::new(&world, caller, relation, &writable);
            siege.holds().await;
            siege.copies_no_more().await;
            for statement in siege.foreign(OWN_SHOP) {
                // Whom nobody knows may still begin with himself: his own requests, walled by a shop he does not have.
                let outcome = siege.attempt(&statement).await;
                siege.assert_nothing(&statement, &outcome);
            }
        }
        world.leave().await;
    }
}

/// An attack that cannot succeed proves nothing: each of these holes has to be found by somebody.
#[tokio::test]
async fn the_attacks_find_holes() {
    for hole in [
        "alter policy reader_select on warehouse.goals using (true)",
        "alter policy reader_insert on warehouse.goals with check (true)",
        "create policy more on warehouse.repair_orders for select to authenticated using (true)",
        "alter table warehouse.jobs disable row level security",
        "grant truncate on warehouse.alerts to authenticated",
        "create policy open on raw.payloads_default for select to authenticated using (true); grant select on raw.payloads_default to authenticated",
        "grant usage on schema warehouse to anon; grant select on warehouse.employee_private to anon; create policy open on warehouse.employee_private for select to anon using (true)",
    ] {
        let world = World::create("attack_hole").await;
        world.client.batch_execute(hole).await.expect("a hole");
        let mut callers = vec![Caller::of_shop(OWN_SHOP, "manager")];
        callers.extend(Caller::outsiders().into_iter().take(1));
        let siege = tokio::spawn(async move {
            let writable = writable(&world.client, &callers).await;
            for caller in &callers {
                world.enter(caller).await;
                for relation in &world.relations {
                    Siege::new(&world, caller, relation, &writable)
                        .holds()
                        .await;
                }
                world.leave().await;
            }
        });
        let found = siege.await;
        assert!(found.is_err_and(|e| e.is_panic()), "nobody found: {hole}");
    }
}
