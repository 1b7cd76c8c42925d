//! `pitwall access bi-role …` and `pitwall access break-glass …`: logins of the database server.

use super::Desk;
use crate::cli::access::{
    Administered, BiRoleArgs, BiRoleCommand, BreakGlassCloseArgs, BreakGlassCommand,
    BreakGlassOpenArgs,
};
use crate::failure::Failure;
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::access::bi_role_name;

pub(super) async fn run_bi(command: &BiRoleCommand, desk: &Desk<'_>) -> Result<(), Failure> {
    match command {
        BiRoleCommand::Create(args) => create(args, desk).await,
        BiRoleCommand::List(args) => list(args, desk).await,
        BiRoleCommand::Drop(args) => remove(args, desk).await,
    }
}

pub(super) async fn run_glass(command: &BreakGlassCommand, desk: &Desk<'_>) -> Result<(), Failure> {
    match command {
        BreakGlassCommand::Open(args) => open(args, desk).await,
        BreakGlassCommand::List(args) => list_open(args, desk).await,
        BreakGlassCommand::Close(args) => close(args, desk).await,
    }
}

async fn create(args: &BiRoleArgs, desk: &Desk<'_>) -> Result<(), Failure> {
    let (admin, organization) = desk.open(args.writing.organization.as_deref()).await?;
    desk.shops(&admin, &[]).await?;
    let name = bi_role_name(args.name.as_deref().unwrap_or(&organization));
    let Some(password) = admin.create_bi_login(&name).await? else {
        return Err(Failure::usage(
            format!("the database server has a role {name}"),
            "drop it first, or choose another name with --name",
        ));
    };
    let mut document = json!({ "organization": organization, "login": name });
    let mut words = format!("made {name}, which reads {organization}");
    if !args.writing.dry_run {
        document["password"] = json!(password);
        words = format!("{words}\n\npassword: {password}\n\nIt is shown this once.");
    }
    desk.finish(admin, &args.writing, (document, words)).await
}

async fn remove(args: &BiRoleArgs, desk: &Desk<'_>) -> Result<(), Failure> {
    let (admin, organization) = desk.open(args.writing.organization.as_deref()).await?;
    let name = bi_role_name(args.name.as_deref().unwrap_or(&organization));
    if !admin.drop_bi_login(&name).await? {
        return Err(Failure::usage(
            format!("{organization} has no BI login {name}"),
            "pitwall access bi-role list",
        ));
    }
    let document = json!({ "organization": organization, "login": name });
    desk.finish(admin, &args.writing, (document, format!("dropped {name}")))
        .await
}

async fn list(args: &Administered, desk: &Desk<'_>) -> Result<(), Failure> {
    let (admin, organization) = desk.open(args.organization.as_deref()).await?;
    let logins = admin.bi_logins().await?;
    let document: Vec<Value> = logins
        .iter()
        .map(|l| json!({ "login": l.name, "created_at": l.created_at.to_string(), "exists": l.exists }))
        .collect();
    let rows: Vec<Vec<String>> = logins
        .iter()
        .map(|l| {
            let state = if l.exists { "" } else { "gone from the server" };
            vec![l.name.clone(), l.created_at.to_string(), state.to_owned()]
        })
        .collect();
    desk.list(
        &json!({ "organization": organization, "logins": document }),
        &["login", "since", ""],
        &rows,
    );
    Ok(())
}

async fn open(args: &BreakGlassOpenArgs, desk: &Desk<'_>) -> Result<(), Failure> {
    let (admin, organization) = desk.open(args.writing.organization.as_deref()).await?;
    desk.shops(&admin, &[]).await?;
    let until = desk.context.clock.now() + SignedDuration::from_mins(args.minutes);
    let glass = admin.open_glass(&args.reason, until).await?;
    let mut document = json!({
        "organization": organization, "login": glass.login, "until": until.to_string(), "reason": args.reason,
    });
    let mut words = format!("opened {} until {until}", glass.login);
    if let (false, Some(password)) = (args.writing.dry_run, &glass.password) {
        document["password"] = json!(password);
        words = format!(
            "{words}\n\npassword: {password}\n\nIt is shown this once. Close the login when you are done."
        );
    }
    desk.finish(admin, &args.writing, (document, words)).await
}

async fn close(args: &BreakGlassCloseArgs, desk: &Desk<'_>) -> Result<(), Failure> {
    let (admin, organization) = desk.open(args.writing.organization.as_deref()).await?;
    if !admin.close_glass(&args.login).await? {
        return Err(Failure::usage(
            format!("no break-glass login {} is open", args.login),
            "pitwall access break-glass list",
        ));
    }
    let document = json!({ "organization": organization, "login": args.login });
    let words = format!("closed {}", args.login);
    desk.finish(admin, &args.writing, (document, words)).await
}

async fn list_open(args: &Administered, desk: &Desk<'_>) -> Result<(), Failure> {
    let (admin, organization) = desk.open(args.organization.as_deref()).await?;
    let open = admin.open_glasses().await?;
    let until = |at: &Option<jiff::Timestamp>| at.map(|at| at.to_string());
    let document: Vec<Value> = open
        .iter()
        .map(|g| json!({ "login": g.login, "until": until(&g.until) }))
        .collect();
    let rows: Vec<Vec<String>> = open
        .iter()
        .map(|g| vec![g.login.clone(), until(&g.until).unwrap_or_default()])
        .collect();
    desk.list(
        &json!({ "organization": organization, "logins": document }),
        &["login", "until"],
        &rows,
    );
    Ok(())
}
