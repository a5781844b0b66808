//! What every store of groups must do.

use super::{add_user, sample_id};
use crate::{
    Error,
    group::Group,
    store::{GroupStore, UserStore},
    user::AuthUser,
};

/// Tests a store of groups, over users that have permissions.
///
/// # Panics
/// If the store breaks a promise.
pub async fn group_store_contract<U, S>(make: &impl AsyncFn() -> S)
where
    U: AuthUser,
    S: UserStore<U> + GroupStore<U>,
{
    a_group_is_found_by_its_name(&make().await).await;
    a_name_is_taken_once_and_fits(&make().await).await;
    a_membership_is_made_and_ended(&make().await).await;
    a_membership_needs_both_sides(&make().await).await;
    memberships_end_with_the_group_and_the_user(&make().await).await;
}

fn names(groups: Vec<Group>) -> Vec<String> {
    groups.into_iter().map(|group| group.name).collect()
}

async fn a_group_is_found_by_its_name<U: AuthUser>(store: &impl GroupStore<U>) {
    let editors = store.create_group("Editors").await.expect("a group");
    store.create_group("Authors").await.expect("a group");
    assert_eq!(store.get_group("Editors").await.expect("by name"), Some(editors.clone()));
    assert_eq!(store.get_group("editors").await.expect("by name"), None);
    assert_eq!(names(store.groups().await.expect("all")), ["Authors", "Editors"]);
    assert!(store.delete_group(&editors).await.expect("a deletion"));
    assert!(!store.delete_group(&editors).await.expect("a deletion"));
    assert_eq!(names(store.groups().await.expect("all")), ["Authors"]);
}

async fn a_name_is_taken_once_and_fits<U: AuthUser>(store: &impl GroupStore<U>) {
    store.create_group(&"ä".repeat(Group::MAX_NAME_LENGTH)).await.expect("the longest name");
    for name in [String::new(), "x".repeat(Group::MAX_NAME_LENGTH + 1)] {
        assert!(matches!(store.create_group(&name).await, Err(Error::Invalid(_))));
    }
    store.create_group("Editors").await.expect("a group");
    match store.create_group("Editors").await {
        Err(Error::AlreadyExists(text)) => assert_eq!(text, "Group with this Name already exists."),
        other => panic!("the second group of a name was not refused: {other:?}"),
    }
}

async fn a_membership_is_made_and_ended<U: AuthUser, S: UserStore<U> + GroupStore<U>>(store: &S) {
    let (user, bystander) = (add_user(store, 1).await, add_user(store, 2).await);
    let editors = store.create_group("Editors").await.expect("a group");
    let authors = store.create_group("Authors").await.expect("a group");
    for group in [&editors, &authors, &editors] {
        store.add_to_group(user.id(), group).await.expect("a membership, also a second time");
    }
    assert_eq!(names(store.groups_of(user.id()).await.expect("of a user")), ["Authors", "Editors"]);
    assert!(store.groups_of(bystander.id()).await.expect("of a user").is_empty());
    for _ in 0..2 {
        store.remove_from_group(user.id(), &editors).await.expect("an end, also a second time");
    }
    assert_eq!(names(store.groups_of(user.id()).await.expect("of a user")), ["Authors"]);
}

async fn a_membership_needs_both_sides<U: AuthUser, S: UserStore<U> + GroupStore<U>>(store: &S) {
    let user = add_user(store, 1).await;
    let group = store.create_group("Editors").await.expect("a group");
    let nobody = sample_id::<U>(99);
    let nothing = Group::new(99, "Nothing".to_owned());
    assert!(matches!(store.add_to_group(&nobody, &group).await, Err(Error::Invalid(_))));
    assert!(matches!(store.add_to_group(user.id(), &nothing).await, Err(Error::Invalid(_))));
    assert!(store.groups_of(&nobody).await.expect("of a user").is_empty());
    assert!(store.groups_of(user.id()).await.expect("of a user").is_empty());
}

async fn memberships_end_with_the_group_and_the_user<U: AuthUser, S: UserStore<U> + GroupStore<U>>(
    store: &S,
) {
    let (user, bystander) = (add_user(store, 1).await, add_user(store, 2).await);
    let editors = store.create_group("Editors").await.expect("a group");
    let authors = store.create_group("Authors").await.expect("a group");
    for group in [&editors, &authors] {
        store.add_to_group(user.id(), group).await.expect("a membership");
        store.add_to_group(bystander.id(), group).await.expect("a membership");
    }
    assert!(store.delete_group(&editors).await.expect("a deletion"));
    assert_eq!(names(store.groups_of(user.id()).await.expect("of a user")), ["Authors"]);
    assert!(store.delete_user(user.id()).await.expect("a deletion"));
    assert!(store.groups_of(user.id()).await.expect("of a user").is_empty());
    assert_eq!(names(store.groups_of(bystander.id()).await.expect("of a user")), ["Authors"]);
}
