//! Gives permissions to a user, and takes them away. Django does this in its admin.
//!
//! What changes is what the user was given directly. What they may do can have other sources, so the outcome is looked
//! at, and where it is not what somebody would expect of the command, the command says so.

use std::collections::BTreeSet;

use djauth_runtime::{
    Result,
    auth::Authenticator,
    permission::PermissionName,
    registry::Registry,
    spelling::nearest,
    store::{Holder, no_permissions, no_such_permission},
    user::AuthUser,
};

use super::{Failure, console::Console};

/// What the command is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Permissions are given.
    Grant,
    /// Permissions are taken away.
    Revoke,
}

/// Runs the command.
pub(super) async fn run<U: AuthUser>(
    auth: &Authenticator<U>,
    action: Action,
    username: &str,
    names: &[String],
    console: &mut dyn Console,
) -> Result<(), Failure> {
    let users = auth.users();
    if U::MODEL.roles.is_superuser.is_none() {
        return Err(no_permissions(U::MODEL).into());
    }
    let Some(user) = users.get_user_by_username(username).await? else {
        return Err(Failure::Command(format!("user '{username}' does not exist")));
    };
    let permissions = existing(names, &users.known_permissions().await?)?;
    let before = users.user_permissions(user.id()).await?;
    match action {
        Action::Grant => users.grant(Holder::User(user.id()), &permissions).await?,
        Action::Revoke => users.revoke(Holder::User(user.id()), &permissions).await?,
    }
    let perms = auth.perms_of(&user).await?;
    for name in &permissions {
        console.say(&match (action, before.contains(name)?) {
            (Action::Grant, false) => format!("Granted '{name}' to user '{username}'."),
            (Action::Grant, true) => format!("User '{username}' was granted '{name}' before."),
            (Action::Revoke, true) => format!("Revoked '{name}' from user '{username}'."),
            (Action::Revoke, false) => format!("User '{username}' was not granted '{name}'."),
        });
        match (action, perms.has_perm(name)?) {
            (Action::Grant, false) => console.complain(&format!("warning: {}", why_not(&user))),
            (Action::Revoke, true) => {
                let source = source(auth, &user, name).await?;
                console.complain(&format!("warning: user '{username}' still has '{name}': {source}"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Reads names; the error has a line for each that no permission has.
fn existing(names: &[String], known: &[PermissionName]) -> Result<Vec<PermissionName>, Failure> {
    let registry = Registry::get()?;
    let (mut permissions, mut errors) = (BTreeSet::new(), Vec::new());
    for name in names {
        match name.parse::<PermissionName>() {
            Ok(permission) if known.contains(&permission) => {
                permissions.insert(permission);
            }
            Ok(_) if registry.find(name).is_some() => errors.push(no_such_permission(name).to_string()),
            Ok(_) => errors.push(match nearest(name, known.iter().map(PermissionName::as_str)) {
                Some(near) => format!("permission '{name}' does not exist; did you mean '{near}'?"),
                None => format!(
                    "permission '{name}' does not exist; run `{} permissions` for those that do",
                    super::program()
                ),
            }),
            Err(error) => errors.push(error.to_string()),
        }
    }
    if errors.is_empty() {
        Ok(permissions.into_iter().collect())
    } else {
        Err(Failure::Command(errors.join("\n")))
    }
}

/// Returns why a user does not have what they were granted just now.
fn why_not<U: AuthUser>(user: &U) -> String {
    if user.is_active() {
        "it has no effect: no backend of `authentication_backends` reads the tables; add `ModelBackend`"
            .to_owned()
    } else {
        format!("it has no effect while user '{}' is not active", user.username())
    }
}

/// Returns why a user has what they are not granted themselves.
async fn source<U: AuthUser>(auth: &Authenticator<U>, user: &U, name: &PermissionName) -> Result<String> {
    if user.superuser() == Some(true) {
        return Ok("a superuser has every permission".to_owned());
    }
    for group in auth.users().groups_of(user.id()).await? {
        if auth.users().permissions_of_group(&group).await?.contains(name)? {
            return Ok(format!("the group '{}' gives it", group.name));
        }
    }
    Ok("an authentication backend gives it".to_owned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use djauth_macros::AuthUser;
    use djauth_runtime::{PasswordHash, manager::NewUser, memory::MemoryStore, test_util::Person};

    use super::{
        super::{console::test::Script, test::program_over},
        *,
    };

    /// A program with the user `ann`, over a store that knows a permission which no code declares.
    async fn with_ann() -> Authenticator<Person> {
        let legacy = "legacy.do_things".parse().unwrap();
        let auth = program_over(MemoryStore::<Person>::new().with_permissions([legacy]));
        auth.create_user(NewUser::new("ann").set("email", "a@example.org")).await.unwrap();
        auth
    }

    /// Runs the command for `ann` and returns what it wrote.
    async fn change(
        auth: &Authenticator<Person>,
        action: Action,
        names: &[&str],
    ) -> Result<Vec<String>, Failure> {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut console = Script::of(&[]);
        run(auth, action, "ann", &names, &mut console).await.map(|()| console.transcript)
    }

    async fn ann(auth: &Authenticator<Person>) -> Person {
        auth.users().get_user_by_username("ann").await.unwrap().unwrap()
    }

    async fn granted(auth: &Authenticator<Person>) -> Vec<String> {
        let perms = auth.perms_of(&ann(auth).await).await.unwrap();
        perms.granted().into_iter().map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn what_is_granted_counts_until_it_is_revoked() {
        let auth = with_ann().await;
        // A permission that no code declares is one like others, and a name given twice counts once.
        let both = ["legacy.do_things", "auth.add_group", "auth.add_group"];
        assert_eq!(
            change(&auth, Action::Grant, &both).await.unwrap(),
            ["Granted 'auth.add_group' to user 'ann'.", "Granted 'legacy.do_things' to user 'ann'."]
        );
        assert_eq!(granted(&auth).await, ["auth.add_group", "legacy.do_things"]);
        assert_eq!(
            change(&auth, Action::Grant, &["auth.add_group", "auth.view_group"]).await.unwrap(),
            ["User 'ann' was granted 'auth.add_group' before.", "Granted 'auth.view_group' to user 'ann'."]
        );
        assert_eq!(
            change(&auth, Action::Revoke, &both).await.unwrap(),
            ["Revoked 'auth.add_group' from user 'ann'.", "Revoked 'legacy.do_things' from user 'ann'."]
        );
        assert_eq!(
            change(&auth, Action::Revoke, &["auth.add_group"]).await.unwrap(),
            ["User 'ann' was not granted 'auth.add_group'."]
        );
        assert_eq!(granted(&auth).await, ["auth.view_group"]);
    }

    #[tokio::test]
    async fn every_wrong_name_is_told_and_nothing_changes() {
        let auth = with_ann().await;
        let names = ["auth.add_group", "add_group", "auth.ad_group", "shop.refund"];
        for action in [Action::Grant, Action::Revoke] {
            let Err(Failure::Command(text)) = change(&auth, action, &names).await else { panic!("accepted") };
            let lines: Vec<_> = text.lines().collect();
            assert_eq!(
                lines[..2],
                [
                    "\"add_group\" is not a permission; write it as `app_label.codename`, such as \"blog.add_post\"",
                    "permission 'auth.ad_group' does not exist; did you mean 'auth.add_group'?",
                ]
            );
            assert!(lines[2].starts_with("permission 'shop.refund' does not exist; run `"), "{text}");
            assert_eq!(lines.len(), 3);
        }
        assert!(granted(&auth).await.is_empty());
    }

    #[tokio::test]
    async fn an_unknown_user_is_named() {
        let auth = with_ann().await;
        let names = ["auth.add_group".to_owned()];
        let unknown = run(&auth, Action::Grant, "nobody", &names, &mut Script::of(&[])).await;
        assert_eq!(unknown, Err(Failure::Command("user 'nobody' does not exist".to_owned())));
    }

    #[tokio::test]
    async fn who_still_has_what_was_revoked_is_told_and_why() {
        let auth = with_ann().await;
        let group = auth.users().create_group("editors").await.unwrap();
        auth.users().add_to_group(&ann(&auth).await.id, &group).await.unwrap();
        auth.users().grant(Holder::Group(&group), &["auth.add_group".parse().unwrap()]).await.unwrap();
        assert_eq!(
            change(&auth, Action::Revoke, &["auth.add_group", "auth.view_group"]).await.unwrap(),
            [
                "User 'ann' was not granted 'auth.add_group'.",
                "! warning: user 'ann' still has 'auth.add_group': the group 'editors' gives it",
                "User 'ann' was not granted 'auth.view_group'.",
            ]
        );
        let superuser = Person { is_superuser: true, ..ann(&auth).await };
        auth.users().update_user(&superuser, &["is_superuser"]).await.unwrap();
        let told = change(&auth, Action::Revoke, &["auth.view_group"]).await.unwrap();
        assert!(
            told[1].ends_with("still has 'auth.view_group': a superuser has every permission"),
            "{told:?}"
        );
    }

    #[tokio::test]
    async fn who_may_do_nothing_yet_is_told_when_they_are_granted_something() {
        let auth = with_ann().await;
        let inactive = Person { is_active: false, ..ann(&auth).await };
        auth.users().update_user(&inactive, &["is_active"]).await.unwrap();
        let told = change(&auth, Action::Grant, &["auth.add_group"]).await.unwrap();
        assert_eq!(told[1], "! warning: it has no effect while user 'ann' is not active");
    }

    #[tokio::test]
    async fn users_who_cannot_have_permissions_are_told_what_is_missing() {
        #[derive(AuthUser, Debug, Clone)]
        #[auth(app = "devices", crate = crate)]
        struct Device {
            id: i64,
            username: String,
            password: PasswordHash,
        }
        let auth = program_over(MemoryStore::<Device>::new());
        auth.create_user(NewUser::new("lamp")).await.unwrap();
        for action in [Action::Grant, Action::Revoke] {
            let names = ["auth.add_group".to_owned()];
            let refused = run(&auth, action, "lamp", &names, &mut Script::of(&[])).await;
            let Err(Failure::Command(text)) = refused else { panic!("accepted") };
            assert_eq!(
                text,
                "the model `device` has no permissions; add a field `is_superuser: bool` to its struct"
            );
        }
    }
}
