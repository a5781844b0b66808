//! What every store of permissions must do.

use super::{add_user, sample_id};
use crate::{
    Error,
    group::Group,
    permission::{PermissionName, PermissionSet},
    session::JoinedUser,
    store::{Holder, Store},
    user::AuthUser,
};

/// Tests a store of permissions, over users that have them.
///
/// # Panics
/// If the store breaks a promise.
pub async fn permission_store_contract<U: AuthUser, S: Store<U>>(make: &impl AsyncFn() -> S) {
    the_known_permissions_are_sorted_and_include_the_declared(&make().await).await;
    what_is_given_directly_is_held(&make().await).await;
    what_a_group_is_given_its_members_hold(&make().await).await;
    what_is_taken_away_is_no_longer_held(&make().await).await;
    nothing_is_given_if_one_name_is_unknown(&make().await).await;
    giving_needs_a_holder(&make().await).await;
    grants_end_with_their_holder(&make().await).await;
    a_user_comes_with_what_they_hold(&make().await).await;
}

/// Returns three permissions that can be given.
async fn three<U: AuthUser>(store: &impl Store<U>) -> [PermissionName; 3] {
    let known = store.known_permissions().await.expect("the known permissions");
    known.first_chunk().expect("at least three permissions have rows").clone()
}

/// Asserts that a set holds these permissions and no others.
fn assert_holds(set: &PermissionSet, expected: &[&PermissionName]) {
    let mut found: Vec<_> = set.iter().collect();
    found.sort_unstable();
    let mut expected: Vec<_> = expected.iter().map(|name| name.as_str()).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
    for name in expected {
        assert!(set.contains(name).expect("sound declarations"));
    }
}

async fn the_known_permissions_are_sorted_and_include_the_declared<U: AuthUser>(store: &impl Store<U>) {
    let known = store.known_permissions().await.expect("the known permissions");
    assert!(known.is_sorted());
    for declared in crate::registry::Registry::get().expect("sound declarations").permissions() {
        assert!(known.contains(&declared.into()), "{declared} has no row");
    }
}

async fn what_is_given_directly_is_held<U: AuthUser>(store: &impl Store<U>) {
    let (user, bystander) = (add_user(store, 1).await, add_user(store, 2).await);
    let [a, b, _] = three(store).await;
    let holder = Holder::<U>::User(user.id());
    store.grant(holder, &[]).await.expect("nothing to give");
    store.grant(holder, std::slice::from_ref(&a)).await.expect("a grant");
    store.grant(holder, &[a.clone(), b.clone(), a.clone()]).await.expect("what is held is left alone");
    assert_holds(&store.user_permissions(user.id()).await.expect("a set"), &[&a, &b]);
    assert_holds(&store.all_permissions(user.id()).await.expect("a set"), &[&a, &b]);
    assert_holds(&store.group_permissions(user.id()).await.expect("a set"), &[]);
    assert_holds(&store.all_permissions(bystander.id()).await.expect("a set"), &[]);
    assert_holds(&store.all_permissions(&sample_id::<U>(99)).await.expect("a set"), &[]);
}

async fn what_a_group_is_given_its_members_hold<U: AuthUser>(store: &impl Store<U>) {
    let (user, bystander) = (add_user(store, 1).await, add_user(store, 2).await);
    let [a, b, c] = three(store).await;
    let editors = store.create_group("Editors").await.expect("a group");
    let authors = store.create_group("Authors").await.expect("a group");
    store.grant(Holder::Group(&editors), &[a.clone(), b.clone()]).await.expect("a grant");
    store.grant(Holder::Group(&authors), &[b.clone(), c.clone()]).await.expect("a grant");
    store.grant(Holder::User(user.id()), std::slice::from_ref(&a)).await.expect("a grant");
    store.add_to_group(user.id(), &editors).await.expect("a membership");
    assert_holds(&store.permissions_of_group(&editors).await.expect("a set"), &[&a, &b]);
    assert_holds(&store.group_permissions(user.id()).await.expect("a set"), &[&a, &b]);
    assert_holds(&store.user_permissions(user.id()).await.expect("a set"), &[&a]);
    store.add_to_group(user.id(), &authors).await.expect("a membership");
    assert_holds(&store.all_permissions(user.id()).await.expect("a set"), &[&a, &b, &c]);
    assert_holds(&store.all_permissions(bystander.id()).await.expect("a set"), &[]);
}

async fn what_is_taken_away_is_no_longer_held<U: AuthUser>(store: &impl Store<U>) {
    let user = add_user(store, 1).await;
    let [a, b, c] = three(store).await;
    let group = store.create_group("Editors").await.expect("a group");
    store.add_to_group(user.id(), &group).await.expect("a membership");
    for holder in [Holder::User(user.id()), Holder::Group(&group)] {
        store.grant(holder, &[a.clone(), b.clone()]).await.expect("a grant");
        store.revoke(holder, &[b.clone(), c.clone()]).await.expect("what is not held is left alone");
    }
    assert_holds(&store.all_permissions(user.id()).await.expect("a set"), &[&a]);
    store.revoke(Holder::User(user.id()), std::slice::from_ref(&a)).await.expect("an end");
    assert_holds(&store.all_permissions(user.id()).await.expect("a set"), &[&a]);
    store.revoke(Holder::Group(&group), std::slice::from_ref(&a)).await.expect("an end");
    assert_holds(&store.all_permissions(user.id()).await.expect("a set"), &[]);
    let unknown = "shop.no_such_thing".parse().expect("a name");
    store.revoke(Holder::User(user.id()), &[unknown]).await.expect("what is unknown is not held");
}

async fn nothing_is_given_if_one_name_is_unknown<U: AuthUser>(store: &impl Store<U>) {
    let user = add_user(store, 1).await;
    let [a, ..] = three(store).await;
    let unknown = "shop.no_such_thing".parse().expect("a name");
    match store.grant(Holder::User(user.id()), &[a, unknown]).await {
        Err(Error::Invalid(text)) => {
            assert!(text.contains("shop.no_such_thing") && text.contains("migrate"), "{text}");
        }
        other => panic!("an unknown permission was given: {other:?}"),
    }
    assert_holds(&store.all_permissions(user.id()).await.expect("a set"), &[]);
}

async fn giving_needs_a_holder<U: AuthUser>(store: &impl Store<U>) {
    let [a, ..] = three(store).await;
    let nobody = sample_id::<U>(99);
    let nothing = Group::new(99, "Nothing".to_owned());
    for holder in [Holder::<U>::User(&nobody), Holder::Group(&nothing)] {
        let outcome = store.grant(holder, std::slice::from_ref(&a)).await;
        assert!(matches!(outcome, Err(Error::Invalid(_))), "{outcome:?}");
    }
    assert_holds(&store.all_permissions(&nobody).await.expect("a set"), &[]);
}

async fn grants_end_with_their_holder<U: AuthUser>(store: &impl Store<U>) {
    let user = add_user(store, 1).await;
    let [a, b, _] = three(store).await;
    let group = store.create_group("Editors").await.expect("a group");
    store.add_to_group(user.id(), &group).await.expect("a membership");
    store.grant(Holder::User(user.id()), std::slice::from_ref(&a)).await.expect("a grant");
    store.grant(Holder::Group(&group), std::slice::from_ref(&b)).await.expect("a grant");
    assert!(store.delete_group(&group).await.expect("a deletion"));
    assert_holds(&store.all_permissions(user.id()).await.expect("a set"), &[&a]);
    assert_holds(&store.permissions_of_group(&group).await.expect("a set"), &[]);
    assert!(store.delete_user(user.id()).await.expect("a deletion"));
    assert_holds(&store.all_permissions(user.id()).await.expect("a set"), &[]);
}

async fn a_user_comes_with_what_they_hold<U: AuthUser>(store: &impl Store<U>) {
    let (user, [a, b, _]) = (add_user(store, 1).await, three(store).await);
    let group = store.create_group("Editors").await.expect("a group");
    store.add_to_group(user.id(), &group).await.expect("a membership");
    store.grant(Holder::<U>::User(user.id()), std::slice::from_ref(&a)).await.expect("a grant");
    store.grant(Holder::<U>::Group(&group), std::slice::from_ref(&b)).await.expect("a grant");
    match store.get_user_with_permissions(user.id()).await.expect("a look-up") {
        JoinedUser::Found(found, permissions) => {
            assert_eq!(found.to_values(), user.to_values());
            assert_holds(&permissions, &[&a, &b]);
        }
        JoinedUser::NotJoined => return,
        JoinedUser::Missing | JoinedUser::OtherModel => panic!("the user is there"),
    }
    let nobody = store.get_user_with_permissions(&sample_id::<U>(99)).await.expect("a look-up");
    assert!(matches!(nobody, JoinedUser::Missing));
}
