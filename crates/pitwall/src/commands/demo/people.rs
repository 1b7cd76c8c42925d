//! Who may look at the demo's shops: one user per role. They exist in the demo's own database only, and nobody can sign in
//! as them but with a link that the running demo prints.

use super::world::Vendor;
use crate::failure::Failure;
use crate::lifecycle::Context;
use api::SignInLinks;
use domain::EmployeeId;
use store::access::{Administration, MemberWish};
use store::door::UserId;
use store::{Database, Identity, Session, seed};
use uuid::Uuid;

/// Role in all shops, and user.
const USERS: [(&str, Uuid); 6] = [
    ("owner", user(0)),
    ("manager", user(1)),
    ("advisor", user(2)),
    ("technician", user(3)),
    ("analyst", user(4)),
    ("viewer", user(5)),
];

const fn user(number: u128) -> Uuid {
    Uuid::from_u128(0x0000_0000_0000_4000_8000_0000_00de_3000 + number)
}

/// Enters what the vendor's API does not tell: pay rates; and who may look.
pub(super) async fn enter(
    database: &Database,
    vendor: &Vendor,
    context: &Context,
) -> Result<(), Failure> {
    let now = context.clock.now();
    for (connection, shop) in context.settings.shops() {
        let session = Session::begin(database, &Identity::Sync(shop.shop_id)).await?;
        let rates = vendor.rates.get(&shop.shop_id);
        if let Some(rates) = rates {
            seed::enter_rates(&session, shop.shop_id, rates, now).await?;
        }
        session.commit().await?;
        // Whoever is paid by the hour is a technician; the first of them is the demo's.
        let technician = rates.and_then(|rates| rates.first()).map(|r| r.employee_id);
        let admin = Administration::begin(database, &connection.organization).await?;
        let members = admin.members().await?;
        let is_member = |user: Uuid| {
            let mut of_shop = members.iter().filter(|m| m.shop == shop.shop_id.0);
            of_shop.any(|m| m.user == user)
        };
        // One who has a role there already keeps it.
        for (role, user) in USERS.into_iter().filter(|(_, user)| !is_member(*user)) {
            let employee: Option<EmployeeId> = technician.filter(|_| role == "technician");
            let wish = MemberWish {
                user,
                role,
                employee: employee.map(|employee| employee.0),
            };
            admin.grant(&[shop.shop_id.0], &wish).await?;
        }
        admin.commit().await?;
    }
    Ok(())
}

/// No links yet. Simulated figures are shown to anyone on the first page, as the viewer sees them.
pub(super) fn links() -> SignInLinks {
    SignInLinks::with_guest(UserId(user(5)))
}

/// A fresh one-time link per role, each on a line.
pub(super) fn link_lines(links: &SignInLinks, base: &str) -> String {
    USERS
        .iter()
        .map(|(role, user)| {
            let link = links.issue(UserId(*user));
            format!("  {role:<11} {base}{link}\n")
        })
        .collect()
}
