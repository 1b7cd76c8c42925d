//! The read endpoints (reference/tekmetric.md A.7).

use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;

use super::app::App;
use super::entity::Shop;
use super::filters::{
    APPOINTMENT_PARAMS, AppointmentFilter, CUSTOMER_PARAMS, CustomerFilter, EMPLOYEE_PARAMS,
    EmployeeFilter, JOB_PARAMS, JobFilter, ORDER_PARAMS, OrderFilter, Scope, VEHICLE_PARAMS,
    VehicleFilter,
};
use super::pages::{self, Envelope};
use super::params::{Answer, Params, Refusal};
use super::view::{JobView, OrderView};
use super::view_people as people;
use super::world::World;

type Pairs = Query<Vec<(String, String)>>;
type Shared = State<Arc<App>>;

/// The routes below `/api/v1`.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/oauth/token", post(token))
        .route("/api/v1/shops", get(shops))
        .route("/api/v1/shops/{id}", get(shop))
        .route("/api/v1/customers", get(customers))
        .route("/api/v1/customers/{id}", get(customer))
        .route("/api/v1/vehicles", get(vehicles))
        .route("/api/v1/vehicles/{id}", get(vehicle))
        .route("/api/v1/repair-orders", get(orders))
        .route("/api/v1/repair-orders/{id}", get(order))
        .route("/api/v1/jobs", get(jobs))
        .route("/api/v1/jobs/{id}", get(job))
        .route("/api/v1/employees", get(employees))
        .route("/api/v1/employees/{id}", get(employee))
        .route("/api/v1/appointments", get(appointments))
        .route("/api/v1/appointments/{id}", get(appointment))
        .route("/api/v1/canned-jobs", get(canned_jobs))
        .route("/api/v1/inventory", get(inventory))
}

async fn token(State(app): Shared, headers: HeaderMap, form: String) -> Response {
    let shops: Vec<i64> = app
        .world
        .read(|world| world.shops.iter().map(|shop| shop.id).collect());
    let shops: Vec<i64> = shops.into_iter().filter(|id| app.auth.sees(*id)).collect();
    app.auth.grant(&headers, &form, &shops)
}

/// A list's parameters and the shops it may show; a foreign shop is refused.
fn list(app: &App, path: &MatchedPath, pairs: Pairs, known: &[&str]) -> Answer<(Params, Scope)> {
    let params = Params::new(pairs.0, known, path.as_str(), &app.requests);
    let shop = params.int("shop")?;
    let exists = |id| app.world.read(|world| world.shop(id).is_some());
    let ours = shop.is_none_or(|id| exists(id) && app.auth.sees(id));
    if ours {
        Ok((params, Scope::new(shop)))
    } else {
        Err(Refusal::Forbidden)
    }
}

fn one(found: Option<Value>) -> Answer<Response> {
    found
        .map(|value| pages::json(&value))
        .ok_or(Refusal::NotFound)
}

async fn shops(State(app): Shared) -> Response {
    let rows: Vec<Value> = app.world.read(|world| {
        let seen = world.shops.iter().filter(|shop| app.auth.sees(shop.id));
        seen.map(people::shop).collect()
    });
    pages::json(&rows)
}

/// Any other shop is a foreign one, so the answer is 403, not 404.
async fn shop(State(app): Shared, Path(id): Path<i64>) -> Answer<Response> {
    let found = app.world.read(|world| world.shop(id).map(people::shop));
    let found = found.filter(|_| app.auth.sees(id));
    found
        .map(|value| pages::json(&value))
        .ok_or(Refusal::Forbidden)
}

async fn orders(State(app): Shared, path: MatchedPath, pairs: Pairs) -> Answer<Response> {
    let (params, scope) = list(&app, &path, pairs, ORDER_PARAMS)?;
    let filter = OrderFilter::read(&params, scope)?;
    app.check_history_window(path.as_str(), filter.updated())?;
    let page = params.page();
    Ok(app.world.read(|world| {
        let all = app.lists.get(&params.list_key(), world.version, || {
            let holds = |index: &usize| filter.holds(world, &world.slots[*index]);
            sort_orders(
                world,
                (0..world.slots.len()).filter(holds).collect(),
                &params,
            )
        });
        let held: Vec<_> = page
            .cut(&all)
            .iter()
            .map(|index| world.order(*index))
            .collect();
        let rows: Vec<OrderView<'_>> = held.iter().map(|order| OrderView::of(order)).collect();
        pages::render(&rows, all.len(), page, Envelope::Present)
    }))
}

/// The default order is by id, in which the slots stand; unknown sort values change nothing.
fn sort_orders(world: &World, mut indices: Vec<usize>, params: &Params) -> Vec<usize> {
    let name = |index: &usize, last: bool| {
        let id = world.slots[*index].head.customer_id;
        let customer = world.customers.iter().find(|customer| customer.id == id);
        customer.map(|found| {
            if last {
                found.last_name.clone().unwrap_or_default()
            } else {
                found.first_name.clone()
            }
        })
    };
    let known = match params.text("sort") {
        Some("createdDate") => {
            indices.sort_by_key(|index| world.slots[*index].head.created_at);
            true
        }
        Some("repairOrderNumber") => {
            indices.sort_by_key(|index| world.slots[*index].head.number);
            true
        }
        Some("customer.firstName") => {
            indices.sort_by_cached_key(|index| name(index, false));
            true
        }
        Some("customer.lastName") => {
            indices.sort_by_cached_key(|index| name(index, true));
            true
        }
        _ => params.text("sort").is_none(),
    };
    if known && params.descending() {
        indices.reverse();
    }
    indices
}

async fn order(State(app): Shared, Path(id): Path<i64>) -> Answer<Response> {
    one(app.world.read(|world| world.order_json(id)))
}

async fn jobs(State(app): Shared, path: MatchedPath, pairs: Pairs) -> Answer<Response> {
    let (params, scope) = list(&app, &path, pairs, JOB_PARAMS)?;
    let filter = JobFilter::read(&params, scope)?;
    let page = params.page();
    Ok(app.world.read(|world| {
        let mut all: Vec<(usize, usize)> = Vec::new();
        for index in (0..world.slots.len()).filter(|index| filter.holds_order(&world.slots[*index]))
        {
            all.extend(
                filter
                    .jobs_of(&world.order(index))
                    .into_iter()
                    .map(|job| (index, job)),
            );
        }
        if params.text("sort") == Some("authorizedDate") {
            all.sort_by_cached_key(|(index, job)| {
                world.order(*index).jobs[*job].decision.decided_at
            });
        }
        if params.descending() {
            all.reverse();
        }
        let held: Vec<_> = page
            .cut(&all)
            .iter()
            .map(|(index, job)| (world.order(*index), *job))
            .collect();
        let rows: Vec<JobView<'_>> = held
            .iter()
            .map(|(order, job)| JobView::of(order, &order.jobs[*job]))
            .collect();
        pages::render(&rows, all.len(), page, Envelope::Present)
    }))
}

async fn job(State(app): Shared, Path(id): Path<i64>) -> Answer<Response> {
    one(app.world.read(|world| {
        (0..world.slots.len()).find_map(|index| {
            let order = world.order(index);
            let job = order.jobs.iter().find(|job| job.id == id)?;
            serde_json::to_value(JobView::of(&order, job)).ok()
        })
    }))
}

async fn customers(State(app): Shared, path: MatchedPath, pairs: Pairs) -> Answer<Response> {
    let (params, scope) = list(&app, &path, pairs, CUSTOMER_PARAMS)?;
    let filter = CustomerFilter::read(&params, scope)?;
    let page = params.page();
    Ok(app.world.read(|world| {
        let mut all: Vec<_> = world
            .customers
            .iter()
            .filter(|customer| filter.holds(customer))
            .collect();
        // The last of a comma list weighs least, so it is sorted by first.
        for property in params.text("sort").unwrap_or_default().rsplit(',') {
            match property {
                "lastName" => all.sort_by_key(|customer| customer.last_name.clone()),
                "firstName" => all.sort_by_key(|customer| customer.first_name.clone()),
                "email" => all.sort_by_key(|customer| customer.email.clone()),
                _ => {}
            }
        }
        if params.descending() {
            all.reverse();
        }
        let rows: Vec<Value> = page
            .cut(&all)
            .iter()
            .map(|customer| people::customer(customer))
            .collect();
        pages::render(&rows, all.len(), page, Envelope::Old)
    }))
}

async fn customer(State(app): Shared, Path(id): Path<i64>) -> Answer<Response> {
    one(app.world.read(|world| {
        world
            .customers
            .iter()
            .find(|found| found.id == id)
            .map(people::customer)
    }))
}

async fn vehicles(State(app): Shared, path: MatchedPath, pairs: Pairs) -> Answer<Response> {
    let (params, scope) = list(&app, &path, pairs, VEHICLE_PARAMS)?;
    let filter = VehicleFilter::read(&params, scope)?;
    Ok(app.world.read(|world| {
        let all: Vec<_> = world
            .vehicles
            .iter()
            .filter(|vehicle| filter.holds(vehicle))
            .collect();
        render_values(&all, &params, |vehicle| people::vehicle(vehicle))
    }))
}

async fn vehicle(State(app): Shared, Path(id): Path<i64>) -> Answer<Response> {
    one(app.world.read(|world| {
        world
            .vehicles
            .iter()
            .find(|found| found.id == id)
            .map(people::vehicle)
    }))
}

async fn employees(State(app): Shared, path: MatchedPath, pairs: Pairs) -> Answer<Response> {
    let (params, scope) = list(&app, &path, pairs, EMPLOYEE_PARAMS)?;
    let filter = EmployeeFilter::read(&params, scope)?;
    Ok(app.world.read(|world| {
        let mut all: Vec<_> = world
            .employees
            .iter()
            .filter(|person| filter.holds(world, person))
            .collect();
        all.sort_by_key(|person| person.id);
        // Somebody who serves in several shops is one row when no shop is asked for.
        all.dedup_by_key(|person| person.id);
        render_values(&all, &params, |person| people::employee(person))
    }))
}

/// Those who left are not found (B-33).
async fn employee(State(app): Shared, Path(id): Path<i64>) -> Answer<Response> {
    one(app.world.read(|world| {
        let found = world
            .employees
            .iter()
            .find(|person| person.id == id && person.is_listed(world.now));
        found.map(people::employee)
    }))
}

async fn appointments(State(app): Shared, path: MatchedPath, pairs: Pairs) -> Answer<Response> {
    let (params, scope) = list(&app, &path, pairs, APPOINTMENT_PARAMS)?;
    let filter = AppointmentFilter::read(&params, scope)?;
    Ok(app.world.read(|world| {
        let all: Vec<_> = world
            .appointments
            .iter()
            .filter(|found| filter.holds(found))
            .collect();
        render_values(&all, &params, |found| people::appointment(found))
    }))
}

async fn appointment(State(app): Shared, Path(id): Path<i64>) -> Answer<Response> {
    one(app.world.read(|world| {
        world
            .appointments
            .iter()
            .find(|found| found.id == id)
            .map(people::appointment)
    }))
}

async fn canned_jobs(State(app): Shared, path: MatchedPath, pairs: Pairs) -> Answer<Response> {
    let (params, scope) = list(&app, &path, pairs, &["search", "categories", "rates"])?;
    let search = params.text("search").map(str::to_lowercase);
    let holds = move |row: &Value| {
        let name = row["name"].as_str().unwrap_or_default().to_lowercase();
        search.as_deref().is_none_or(|text| name.contains(text))
    };
    Ok(app.world.read(|world| {
        let shops = world.shops.iter().filter(|shop| scope.holds(shop.id));
        let all: Vec<Value> = shops
            .flat_map(people::canned_jobs)
            .filter(|row| holds(row))
            .collect();
        render_values(&all, &params, Clone::clone)
    }))
}

/// `shop` and `partTypeId` are required (A.7).
async fn inventory(State(app): Shared, path: MatchedPath, pairs: Pairs) -> Answer<Response> {
    let known = [
        "partTypeId",
        "partNumbers",
        "width",
        "ratio",
        "diameter",
        "tireSize",
    ];
    let (params, scope) = list(&app, &path, pairs, &known)?;
    let missing =
        |name: &str| Refusal::BadRequest(format!("Required parameter '{name}' is not present"));
    params.int("shop")?.ok_or_else(|| missing("shop"))?;
    let part_type = params
        .int("partTypeId")?
        .ok_or_else(|| missing("partTypeId"))?;
    let numbers = params.texts("partNumbers");
    let holds = |row: &Value| {
        let number = row["partNumber"].as_str().unwrap_or_default();
        row["partTypeId"] == part_type && (numbers.is_empty() || numbers.contains(&number))
    };
    Ok(app.world.read(|world| {
        let shops = world
            .shops
            .iter()
            .filter(|shop: &&Shop| scope.holds(shop.id));
        let all: Vec<Value> = shops
            .flat_map(people::inventory)
            .filter(|row| holds(row))
            .collect();
        render_values(&all, &params, Clone::clone)
    }))
}

fn render_values<T>(all: &[T], params: &Params, print: impl Fn(&T) -> Value) -> Response {
    let page = params.page();
    let rows: Vec<Value> = page.cut(all).iter().map(print).collect();
    pages::render(&rows, all.len(), page, Envelope::Present).into_response()
}
