//! `pitwall access user …` and `pitwall access key …`.

use super::{Desk, shop_list};
use crate::cli::access::{
    Administered, KeyCommand, KeyCreateArgs, KeyRevokeArgs, UserCommand, UserGrantArgs,
    UserRevokeArgs, UserSignOutArgs,
};
use crate::failure::Failure;
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::access::{KeyWish, MemberWish};

pub(super) async fn run(command: &UserCommand, desk: &Desk<'_>) -> Result<(), Failure> {
    match command {
        UserCommand::Grant(args) => grant(args, desk).await,
        UserCommand::Revoke(args) => revoke(args, desk).await,
        UserCommand::List(args) => list(args, desk).await,
        UserCommand::SignOut(args) => sign_out(args, desk).await,
    }
}

pub(super) async fn run_keys(command: &KeyCommand, desk: &Desk<'_>) -> Result<(), Failure> {
    match command {
        KeyCommand::Create(args) => create_key(args, desk).await,
        KeyCommand::List(args) => list_keys(args, desk).await,
        KeyCommand::Revoke(args) => revoke_key(args, desk).await,
    }
}

async fn grant(args: &UserGrantArgs, desk: &Desk<'_>) -> Result<(), Failure> {
    let (admin, organization) = desk.open(args.writing.organization.as_deref()).await?;
    let shops = desk.shops(&admin, &args.shop).await?;
    let wish = MemberWish {
        user: args.user,
        role: &args.role,
        employee: args.employee,
    };
    let changed = admin.grant(&shops, &wish).await?;
    let document = json!({
        "organization": organization, "user": args.user, "role": args.role, "employee_id": args.employee,
        "shops": shops, "changed": changed,
    });
    let words = format!(
        "{} is {} of {}; changed: {}",
        args.user,
        args.role,
        shop_list(&shops),
        shop_list(&changed)
    );
    desk.finish(admin, &args.writing, (document, words)).await
}

async fn revoke(args: &UserRevokeArgs, desk: &Desk<'_>) -> Result<(), Failure> {
    let (admin, organization) = desk.open(args.writing.organization.as_deref()).await?;
    let shops = desk.shops(&admin, &args.shop).await?;
    let changed = admin.revoke(&shops, args.user).await?;
    let document = json!({ "organization": organization, "user": args.user, "changed": changed });
    let words = format!("{} left {}", args.user, shop_list(&changed));
    desk.finish(admin, &args.writing, (document, words)).await
}

async fn sign_out(args: &UserSignOutArgs, desk: &Desk<'_>) -> Result<(), Failure> {
    let (admin, organization) = desk.open(args.writing.organization.as_deref()).await?;
    if !admin.sign_out(args.user).await? {
        return Err(Failure::usage(
            format!("{} has no role in {organization}", args.user),
            "pitwall access user list",
        ));
    }
    let document = json!({ "organization": organization, "user": args.user });
    let words = format!("signed {} out everywhere", args.user);
    desk.finish(admin, &args.writing, (document, words)).await
}

async fn list(args: &Administered, desk: &Desk<'_>) -> Result<(), Failure> {
    let (admin, organization) = desk.open(args.organization.as_deref()).await?;
    let members = admin.members().await?;
    let document: Vec<Value> = members
        .iter()
        .map(|m| {
            json!({
                "shop_id": m.shop, "user": m.user, "role": m.role, "employee_id": m.employee,
                "email": m.email, "key": m.key, "since": m.since.to_string(),
            })
        })
        .collect();
    let rows: Vec<Vec<String>> = members
        .iter()
        .map(|m| {
            let known_as = m.key.as_ref().map(|name| format!("key {name}"));
            vec![
                m.shop.to_string(),
                m.user.to_string(),
                m.role.clone(),
                m.employee.map(|e| e.to_string()).unwrap_or_default(),
                known_as.or_else(|| m.email.clone()).unwrap_or_default(),
            ]
        })
        .collect();
    desk.list(
        &json!({ "organization": organization, "members": document }),
        &["shop", "user", "role", "employee", "known as"],
        &rows,
    );
    Ok(())
}

async fn create_key(args: &KeyCreateArgs, desk: &Desk<'_>) -> Result<(), Failure> {
    let (admin, organization) = desk.open(args.writing.organization.as_deref()).await?;
    let shops = desk.shops(&admin, &args.shop).await?;
    let now = desk.context.clock.now();
    let wish = KeyWish {
        name: &args.name,
        role: &args.role,
        scopes: &args.scope,
        shops: &shops,
        expires_at: args
            .days
            .map(|days| now + SignedDuration::from_hours(24 * days)),
    };
    let Some(key) = admin.create_key(&wish).await? else {
        return Err(Failure::usage(
            format!("{organization} has a key named {}", args.name),
            "revoke it first, or choose another name",
        ));
    };
    let mut document = json!({
        "organization": organization, "key_id": key.key_id, "name": args.name, "role": args.role,
        "scopes": args.scope, "shops": shops, "expires_at": wish.expires_at.map(|at| at.to_string()),
    });
    let mut words = format!(
        "issued key {} ({}) for {}",
        args.name,
        key.key_id,
        shop_list(&shops)
    );
    // What was not kept opens nothing: showing it would only mislead.
    if !args.writing.dry_run {
        document["key"] = json!(key.text);
        words = format!(
            "{words}\n\n{}\n\nIt is shown this once. Send it as: Authorization: Bearer …",
            key.text
        );
    }
    desk.finish(admin, &args.writing, (document, words)).await
}

async fn revoke_key(args: &KeyRevokeArgs, desk: &Desk<'_>) -> Result<(), Failure> {
    let (admin, organization) = desk.open(args.writing.organization.as_deref()).await?;
    let Some(key_id) = admin.revoke_key(&args.key).await? else {
        return Err(Failure::usage(
            format!("{organization} has no living key {}", args.key),
            "pitwall access key list",
        ));
    };
    let document = json!({ "organization": organization, "key_id": key_id });
    let words = format!("took key {} back", args.key);
    desk.finish(admin, &args.writing, (document, words)).await
}

async fn list_keys(args: &Administered, desk: &Desk<'_>) -> Result<(), Failure> {
    let (admin, organization) = desk.open(args.organization.as_deref()).await?;
    let keys = admin.keys().await?;
    let time = |at: &Option<jiff::Timestamp>| at.map(|at| at.to_string());
    let document: Vec<Value> = keys
        .iter()
        .map(|k| {
            json!({
                "key_id": k.key_id, "name": k.name, "hint": k.hint, "role": k.role, "scopes": k.scopes,
                "shops": k.shops, "created_at": k.created_at.to_string(), "expires_at": time(&k.expires_at),
                "revoked_at": time(&k.revoked_at), "last_used_at": time(&k.last_used_at),
            })
        })
        .collect();
    let rows: Vec<Vec<String>> = keys
        .iter()
        .map(|k| {
            vec![
                k.name.clone(),
                format!("{}…", k.hint),
                k.role.clone(),
                k.scopes.join(" "),
                k.shops
                    .iter()
                    .map(i64::to_string)
                    .collect::<Vec<_>>()
                    .join(" "),
                match (&k.revoked_at, &k.expires_at) {
                    (Some(at), _) => format!("revoked {at}"),
                    (None, Some(at)) => format!("until {at}"),
                    (None, None) => "living".to_owned(),
                },
                time(&k.last_used_at).unwrap_or_else(|| "never".to_owned()),
            ]
        })
        .collect();
    desk.list(
        &json!({ "organization": organization, "keys": document }),
        &[
            "name",
            "key",
            "role",
            "scopes",
            "shops",
            "state",
            "last used",
        ],
        &rows,
    );
    Ok(())
}
