//! What every store of sessions must do.

use std::sync::Arc;

use time::Duration;

use super::{NOW, add_user, sample_id};
use crate::{
    Error,
    model::Value,
    permission::PermissionSet,
    session::{JoinedUser, LoadedSession, SessionKey, SessionRecord, SessionStore, StoredKey},
    store::{Holder, Store},
    user::AuthUser,
};

/// Tests a store of sessions.
///
/// # Panics
/// If the store breaks a promise.
pub async fn session_store_contract<U: AuthUser, S: SessionStore<U>>(make: &impl AsyncFn() -> S) {
    what_is_stored_is_loaded(&make().await).await;
    s46_an_unknown_key_is_never_adopted(&make().await).await;
    s49_create_refuses_a_key_that_is_taken(&make().await).await;
    s49_save_updates_and_never_moves_the_beginning(&make().await).await;
    s50_a_renewal_moves_the_end_and_nothing_else(&make().await).await;
    s47_rotation_ends_the_old_key(&make().await).await;
    a_session_has_ended_at_its_very_end(&make().await).await;
    s52_a_users_sessions_end_but_one(&make().await).await;
    clearing_removes_what_ended_and_nothing_else(&make().await).await;
}

/// Tests a store that reads users and permissions along with a session.
///
/// # Panics
/// If the store breaks a promise.
pub async fn joined_session_contract<U, S>(make: &impl AsyncFn() -> S)
where
    U: AuthUser,
    S: Store<U> + SessionStore<U>,
{
    a_session_brings_its_user_and_their_permissions(&make().await).await;
    a_session_whose_user_is_gone_says_so(&make().await).await;
    s14_disabling_shows_on_the_next_load(&make().await).await;
    s90_what_is_revoked_is_gone_on_the_next_load(&make().await).await;
}

pub(super) fn key() -> StoredKey {
    SessionKey::generate().expect("a generator").digest()
}

/// Returns a session that ends in an hour.
pub(super) fn record<U: AuthUser>(data: &str, user_id: Option<U::Id>) -> SessionRecord<U> {
    SessionRecord { data: data.to_owned(), expire_date: NOW + Duration::HOUR, created: NOW, user_id }
}

pub(super) async fn load<U: AuthUser>(
    store: &impl SessionStore<U>,
    key: &StoredKey,
) -> Option<LoadedSession<U>> {
    store.load(key, NOW).await.expect("a load")
}

pub(super) async fn is_live<U: AuthUser>(store: &impl SessionStore<U>, key: &StoredKey) -> bool {
    load(store, key).await.is_some()
}

/// Asserts that two records are equal.
pub(super) fn assert_same<U: AuthUser>(found: &SessionRecord<U>, expected: &SessionRecord<U>) {
    assert_eq!(found.data, expected.data);
    assert_eq!(found.expire_date, expected.expire_date);
    assert_eq!(found.created, expected.created);
    assert_eq!(found.user_id, expected.user_id);
}

async fn what_is_stored_is_loaded<U: AuthUser>(store: &impl SessionStore<U>) {
    for (data, user) in
        [("", None), ("e30:é🦀'\";--", None), (&*"x".repeat(100_000), Some(sample_id::<U>(1)))]
    {
        let key = key();
        let mut record = record::<U>(data, user);
        record.expire_date += Duration::microseconds(1);
        assert!(store.create(&key, &record).await.expect("a new session"));
        let loaded = load(store, &key).await.expect("is live");
        assert_same(&loaded.record, &record);
    }
}

async fn s46_an_unknown_key_is_never_adopted<U: AuthUser>(store: &impl SessionStore<U>) {
    let (unknown, new) = (key(), key());
    let record = record::<U>("data", None);
    assert!(!is_live(store, &unknown).await);
    assert!(!store.save(&unknown, &record).await.expect("a save"));
    assert!(!store.rotate(&unknown, &new, &record).await.expect("a rotation"));
    store.delete(&unknown).await.expect("a deletion");
    assert!(!is_live(store, &unknown).await && !is_live(store, &new).await);
    assert_eq!(store.clear_expired(NOW + Duration::DAY).await.expect("a clearing"), 0, "nothing was written");
}

async fn s49_create_refuses_a_key_that_is_taken<U: AuthUser>(store: &impl SessionStore<U>) {
    let key = key();
    let first = record::<U>("first", None);
    assert!(store.create(&key, &first).await.expect("a new session"));
    assert!(!store.create(&key, &record::<U>("second", None)).await.expect("a refusal"));
    assert_same(&load(store, &key).await.expect("is live").record, &first);
}

async fn s49_save_updates_and_never_moves_the_beginning<U: AuthUser>(store: &impl SessionStore<U>) {
    let (key, other) = (key(), key());
    let first = record::<U>("first", None);
    assert!(store.create(&key, &first).await.expect("a new session"));
    assert!(store.create(&other, &first).await.expect("a new session"));
    let second = SessionRecord {
        expire_date: NOW + Duration::DAY,
        created: NOW + Duration::MINUTE,
        ..record::<U>("second", Some(sample_id::<U>(1)))
    };
    assert!(store.save(&key, &second).await.expect("a save"));
    let expected = SessionRecord { created: NOW, ..second.clone() };
    assert_same(&load(store, &key).await.expect("is live").record, &expected);
    assert_same(&load(store, &other).await.expect("is live").record, &first);

    store.delete(&key).await.expect("a deletion");
    assert!(!store.save(&key, &second).await.expect("a save"));
    assert!(!is_live(store, &key).await, "a save beside a logout brings nothing back");
}

async fn s50_a_renewal_moves_the_end_and_nothing_else<U: AuthUser>(store: &impl SessionStore<U>) {
    let (key, other) = (key(), key());
    let mut first = record::<U>("first", Some(sample_id::<U>(1)));
    first.expire_date += Duration::microseconds(1);
    assert!(store.create(&key, &first).await.expect("a new session"));
    assert!(store.create(&other, &first).await.expect("a new session"));
    let end = first.expire_date + Duration::DAY;
    assert!(store.renew(&key, first.expire_date, end).await.expect("a renewal"));
    let renewed = SessionRecord { expire_date: end, ..first.clone() };
    assert_same(&load(store, &key).await.expect("is live").record, &renewed);
    assert_same(&load(store, &other).await.expect("is live").record, &first);

    assert!(!store.renew(&key, first.expire_date, end + Duration::DAY).await.expect("an answer"));
    assert_same(&load(store, &key).await.expect("is live").record, &renewed);
    store.delete(&key).await.expect("a deletion");
    assert!(!store.renew(&key, end, end + Duration::DAY).await.expect("an answer"));
    assert!(!is_live(store, &key).await, "a renewal beside a logout brings nothing back");
}

async fn s47_rotation_ends_the_old_key<U: AuthUser>(store: &impl SessionStore<U>) {
    let (old, new, taken) = (key(), key(), key());
    let first = record::<U>("first", None);
    assert!(store.create(&old, &first).await.expect("a new session"));
    assert!(store.create(&taken, &first).await.expect("a new session"));
    let second =
        SessionRecord { created: NOW + Duration::SECOND, ..record::<U>("second", Some(sample_id::<U>(1))) };
    assert!(matches!(store.rotate(&old, &taken, &second).await, Err(Error::AlreadyExists(_))));
    assert_same(&load(store, &old).await.expect("is live").record, &first);
    assert_same(&load(store, &taken).await.expect("is live").record, &first);

    assert!(store.rotate(&old, &new, &second).await.expect("a rotation"));
    assert!(!is_live(store, &old).await);
    assert_same(&load(store, &new).await.expect("is live").record, &second);
    assert!(!store.rotate(&old, &key(), &second).await.expect("a rotation"));
}

async fn a_session_has_ended_at_its_very_end<U: AuthUser>(store: &impl SessionStore<U>) {
    let key = key();
    let record = record::<U>("data", None);
    assert!(store.create(&key, &record).await.expect("a new session"));
    let tick = Duration::MICROSECOND;
    assert!(store.load(&key, record.expire_date - tick).await.expect("a load").is_some());
    assert!(store.load(&key, record.expire_date).await.expect("a load").is_none());
    assert!(store.load(&key, record.expire_date + tick).await.expect("a load").is_none());
    assert!(store.load(&key, record.expire_date + Duration::weeks(10_000)).await.expect("a load").is_none());
}

async fn s52_a_users_sessions_end_but_one<U: AuthUser>(store: &impl SessionStore<U>) {
    let (user, other) = (sample_id::<U>(1), sample_id::<U>(2));
    let [first, second, third, of_other, anonymous] = [key(), key(), key(), key(), key()];
    for (key, user) in [
        (&first, Some(&user)),
        (&second, Some(&user)),
        (&third, Some(&user)),
        (&of_other, Some(&other)),
        (&anonymous, None),
    ] {
        assert!(store.create(key, &record::<U>("data", user.cloned())).await.expect("a new session"));
    }
    assert_eq!(store.delete_of_user(&user, Some(&second)).await.expect("an end"), 2);
    assert!(!is_live(store, &first).await && !is_live(store, &third).await);
    assert!(is_live(store, &second).await && is_live(store, &of_other).await);
    assert_eq!(store.delete_of_user(&user, Some(&of_other)).await.expect("an end"), 1);
    assert_eq!(store.delete_of_user(&user, None).await.expect("an end"), 0);
    assert!(is_live(store, &of_other).await && is_live(store, &anonymous).await);
}

async fn clearing_removes_what_ended_and_nothing_else<U: AuthUser>(store: &impl SessionStore<U>) {
    let (ended, live) = (key(), key());
    let record = record::<U>("data", None);
    let later = SessionRecord { expire_date: record.expire_date + Duration::MICROSECOND, ..record.clone() };
    assert!(store.create(&ended, &record).await.expect("a new session"));
    assert!(store.create(&live, &later).await.expect("a new session"));
    assert_eq!(store.clear_expired(record.expire_date).await.expect("a clearing"), 0);
    assert_eq!(store.clear_expired(later.expire_date).await.expect("a clearing"), 1);
    assert!(!is_live(store, &ended).await && is_live(store, &live).await);
}

fn found<U: AuthUser>(session: Option<LoadedSession<U>>) -> (Arc<U>, Arc<PermissionSet>) {
    match session.expect("is live").user {
        JoinedUser::Found(user, permissions) => (user, permissions),
        other => panic!("the session's user is not there: {other:?}", other = discriminant(&other)),
    }
}

fn discriminant<U: AuthUser>(user: &JoinedUser<U>) -> &'static str {
    match user {
        JoinedUser::NotJoined => "not joined",
        JoinedUser::Missing => "missing",
        JoinedUser::OtherModel => "of another model",
        JoinedUser::Found(..) => "found",
    }
}

async fn a_session_brings_its_user_and_their_permissions<U, S>(store: &S)
where
    U: AuthUser,
    S: Store<U> + SessionStore<U>,
{
    let (user, bystander) = (add_user(store, 1).await, add_user(store, 2).await);
    let permissions = store.known_permissions().await.expect("the known permissions");
    let (direct, through_group) = permissions.split_at(2);
    let group = store.create_group("Editors").await.expect("a group");
    store.add_to_group(user.id(), &group).await.expect("a membership");
    store.grant(Holder::User(user.id()), direct).await.expect("a grant");
    store.grant(Holder::Group(&group), through_group).await.expect("a grant");
    let (of_user, of_bystander, anonymous) = (key(), key(), key());
    for (key, id) in [(&of_user, Some(user.id())), (&of_bystander, Some(bystander.id())), (&anonymous, None)]
    {
        assert!(store.create(key, &record::<U>("data", id.cloned())).await.expect("a new session"));
    }

    let (loaded, set) = found(load(store, &of_user).await);
    assert_eq!(loaded.to_values(), user.to_values());
    assert_eq!(*set, store.all_permissions(user.id()).await.expect("a set"));
    assert_eq!(set.len(), permissions.len());
    let (loaded, set) = found(load(store, &of_bystander).await);
    assert_eq!(loaded.to_values(), bystander.to_values());
    assert!(set.is_empty());
    let session = load(store, &anonymous).await.expect("is live");
    assert!(matches!(session.user, JoinedUser::Missing));
}

async fn a_session_whose_user_is_gone_says_so<U, S>(store: &S)
where
    U: AuthUser,
    S: Store<U> + SessionStore<U>,
{
    let user = add_user(store, 1).await;
    let key = key();
    assert!(store.create(&key, &record::<U>("data", Some(user.id().clone()))).await.expect("a new session"));
    assert!(store.delete_user(user.id()).await.expect("a deletion"));
    let session = load(store, &key).await;
    assert!(session.is_none_or(|session| matches!(session.user, JoinedUser::Missing)));
}

async fn s14_disabling_shows_on_the_next_load<U, S>(store: &S)
where
    U: AuthUser,
    S: Store<U> + SessionStore<U>,
{
    let Some(column) = U::MODEL.roles.is_active else { return };
    let user = add_user(store, 1).await;
    let key = key();
    assert!(store.create(&key, &record::<U>("data", Some(user.id().clone()))).await.expect("a new session"));
    assert!(found(load(store, &key).await).0.is_active());
    let disabled = super::altered(&user, column, Value::Boolean(false));
    assert!(store.update_user(&disabled, &[column]).await.expect("an update"));
    assert!(!found(load(store, &key).await).0.is_active());
}

async fn s90_what_is_revoked_is_gone_on_the_next_load<U, S>(store: &S)
where
    U: AuthUser,
    S: Store<U> + SessionStore<U>,
{
    let user = add_user(store, 1).await;
    let permissions = store.known_permissions().await.expect("the known permissions");
    let group = store.create_group("Editors").await.expect("a group");
    store.add_to_group(user.id(), &group).await.expect("a membership");
    store.grant(Holder::User(user.id()), &permissions[..1]).await.expect("a grant");
    store.grant(Holder::Group(&group), &permissions[1..2]).await.expect("a grant");
    let key = key();
    assert!(store.create(&key, &record::<U>("data", Some(user.id().clone()))).await.expect("a new session"));
    assert_eq!(found(load(store, &key).await).1.len(), 2);
    store.revoke(Holder::User(user.id()), &permissions[..1]).await.expect("an end");
    assert!(!found(load(store, &key).await).1.contains(&permissions[0]).expect("sound declarations"));
    store.remove_from_group(user.id(), &group).await.expect("an end");
    assert!(found(load(store, &key).await).1.is_empty());
}
