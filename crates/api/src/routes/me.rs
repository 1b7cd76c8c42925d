//! `GET /api/v1/me`: who the caller is and which shops he may see.

use crate::App;
use crate::answer::PlainAnswer;
use crate::ask::{Limit, Query, Signed};
use crate::error::Problem;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::door::{Membership, Memberships};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(memberships))
}

/// Parameters of the list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MembershipQuery {
    /// Rows of a page, 1 to 1000; 50 where it is left out.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    cursor: Option<String>,
}

/// One membership.
#[derive(Serialize, ToSchema)]
struct MembershipTold {
    /// The signed-in user.
    user_id: uuid::Uuid,
    /// A shop he may see.
    shop_id: i64,
    /// owner, manager, advisor, technician, analyst or viewer.
    role: String,
    /// The vendor's employee he is there.
    employee_id: Option<i64>,
}

/// The shops that the caller may see, and as what
#[utoipa::path(
    get,
    path = "/me",
    operation_id = "listMemberships",
    tag = "access",
    params(MembershipQuery),
    responses((status = 200, description = "The memberships, by shop", body = PlainAnswer<Vec<MembershipTold>>))
)]
async fn memberships(
    signed: Signed,
    query: Query<MembershipQuery>,
) -> Result<PlainAnswer<Vec<MembershipTold>>, Problem> {
    let paging = query.paging(&signed, query.limit, query.cursor.as_deref())?;
    let after: Option<i64> = paging.after()?;
    let reading = Memberships {
        after: after.unwrap_or(0),
        limit: paging.fetch(),
    };
    let page = paging.page(signed.read(&reading).await?, |row: &Membership| row.shop.0);
    let user_id = signed.caller.user.0;
    Ok(signed.page(page, |row| MembershipTold {
        user_id,
        shop_id: row.shop.0,
        role: row.role,
        employee_id: row.employee_id,
    }))
}
