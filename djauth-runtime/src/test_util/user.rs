//! What every store of users must do.

use time::macros::datetime;

use super::{add_user, altered, sample_id, sample_row, with};
use crate::{
    Error, PasswordHash,
    model::{ColumnValue, Value},
    store::UserStore,
    user::AuthUser,
};

/// Tests a store of users.
///
/// # Panics
/// If the store breaks a promise.
pub async fn user_store_contract<U: AuthUser, S: UserStore<U>>(make: &impl AsyncFn() -> S) {
    a_user_is_found_by_key_name_and_value(&make().await).await;
    names_are_compared_exactly(&make().await).await;
    a_unique_value_is_taken_once(&make().await).await;
    a_row_that_does_not_fit_is_refused(&make().await).await;
    a_row_that_cannot_be_read_again_is_not_kept(&make().await).await;
    only_the_named_columns_are_written(&make().await).await;
    an_unknown_column_is_an_error(&make().await).await;
    the_last_login_keeps_its_microseconds(&make().await).await;
    a_password_is_replaced_only_if_it_is_the_old_one(&make().await).await;
    a_deleted_user_is_gone(&make().await).await;
    only_an_active_superuser_counts(&make().await).await;
}

fn model_value<U: AuthUser>(user: &U, column: &str) -> Value {
    let (index, _) = U::MODEL.index_of(column).expect("a column of the model");
    user.to_values().swap_remove(index)
}

async fn a_user_is_found_by_key_name_and_value<U: AuthUser>(store: &impl UserStore<U>) {
    let (first, second) = (add_user(store, 1).await, add_user(store, 2).await);
    assert_ne!(first.id(), second.id());
    for user in [&first, &second] {
        let by_id = store.get_user(user.id()).await.expect("by key").expect("is there");
        assert_eq!(by_id.to_values(), user.to_values());
        let by_name = store.get_user_by_username(user.username()).await.expect("by name").expect("is there");
        assert_eq!(by_name.id(), user.id());
    }
    assert!(store.get_user(&sample_id::<U>(99)).await.expect("by key").is_none());
    assert!(store.get_user_by_username("nobody").await.expect("by name").is_none());

    let column = U::MODEL.roles.password;
    let password = model_value(&first, column);
    assert_eq!(store.find_users(column, &password, 10).await.expect("by value").len(), 2);
    assert_eq!(store.find_users(column, &password, 1).await.expect("by value").len(), 1);
    if let Some(column) = U::MODEL.roles.last_login {
        assert_eq!(store.find_users(column, &Value::Null, 10).await.expect("by null").len(), 2);
    }
}

async fn names_are_compared_exactly<U: AuthUser>(store: &impl UserStore<U>) {
    let user = add_user(store, 1).await;
    let name = user.username();
    for other in [name.to_uppercase(), format!("{name} "), format!("{name}\0"), format!("{}%", &name[..1])] {
        assert!(store.get_user_by_username(&other).await.expect("by name").is_none(), "{other:?}");
    }
}

async fn a_unique_value_is_taken_once<U: AuthUser>(store: &impl UserStore<U>) {
    let (first, mut second) = (add_user(store, 1).await, add_user(store, 2).await);
    let column = U::MODEL.roles.username;
    let row = with::<U>(sample_row::<U>(3), column, model_value(&first, column));
    let name = U::MODEL.index_of(column).expect("a column").1.name.replace('_', " ");
    let expected = format!("A user with that {name} already exists.");
    match store.insert_user(row).await {
        Err(Error::AlreadyExists(text)) => assert_eq!(text, expected),
        other => panic!("the second user of a name was not refused: {:?}", other.map(|_| ())),
    }

    second = altered(&second, column, model_value(&first, column));
    assert!(matches!(store.update_user(&second, &[column]).await, Err(Error::AlreadyExists(_))));
    assert!(store.update_user(&first, &[column]).await.expect("one's own name is no conflict"));
    let found = store.find_users(column, &model_value(&first, column), 10).await.expect("by value");
    assert_eq!(found.len(), 1);
}

async fn a_row_that_does_not_fit_is_refused<U: AuthUser>(store: &impl UserStore<U>) {
    let column = U::MODEL.roles.password;
    let missing = {
        let mut row = sample_row::<U>(1);
        row[U::MODEL.index_of(column).expect("a column").0] = None;
        row
    };
    let null = with::<U>(sample_row::<U>(1), column, Value::Null);
    let long = with::<U>(sample_row::<U>(1), column, Value::Text("x".repeat(129)));
    let short = sample_row::<U>(1).into_iter().skip(1).collect();
    for row in [missing, null, long, short] {
        let outcome = store.insert_user(row).await;
        assert!(matches!(outcome, Err(Error::Invalid(_))), "{:?}", outcome.map(|_| ()));
    }
    assert!(store.get_user_by_username("user1").await.expect("by name").is_none());
}

async fn a_row_that_cannot_be_read_again_is_not_kept<U: AuthUser>(store: &impl UserStore<U>) {
    let values = [
        Value::Null,
        Value::Boolean(true),
        Value::Integer(i64::from(i32::MAX) + 1),
        Value::Float(0.5),
        Value::Text("canary".to_owned()),
        Value::Binary(b"canary".to_vec()),
        Value::DateTime(datetime!(2025-03-01 12:00 UTC)),
        Value::Uuid([0xca; 16]),
    ];
    for (field, value) in
        U::MODEL.fields.iter().flat_map(|field| values.iter().map(move |value| (field, value)))
    {
        match store.insert_user(with::<U>(sample_row::<U>(1), field.column, value.clone())).await {
            Ok(user) => assert!(store.delete_user(user.id()).await.expect("a deletion")),
            Err(Error::Invalid(text)) => {
                assert!(text.contains(field.column) || text.contains(field.name), "{text}");
                assert!(!text.contains("canary"), "{text}");
            }
            Err(other) => panic!("{value:?} in `{}`: {other}", field.name),
        }
        let left = store.find_users(field.column, value, 10).await.expect("rows that can be read");
        assert!(left.is_empty(), "{value:?} in `{}` was kept", field.name);
    }
}

async fn only_the_named_columns_are_written<U: AuthUser>(store: &impl UserStore<U>) {
    let mut user = add_user(store, 1).await;
    let bystander = add_user(store, 2).await;
    let old = user.password().clone();
    user.set_password(PasswordHash::from_stored("new"));
    assert!(store.update_user(&user, &[U::MODEL.roles.username]).await.expect("an update"));
    let stored = store.get_user(user.id()).await.expect("by key").expect("is there");
    assert_eq!(stored.password(), &old);
    assert!(store.update_user(&user, &[U::MODEL.roles.password]).await.expect("an update"));
    let stored = store.get_user(user.id()).await.expect("by key").expect("is there");
    assert_eq!(stored.to_values(), user.to_values());
    let stored = store.get_user(bystander.id()).await.expect("by key").expect("is there");
    assert_eq!(stored.to_values(), bystander.to_values());

    assert!(store.delete_user(user.id()).await.expect("a deletion"));
    assert!(!store.update_user(&user, &[U::MODEL.roles.password]).await.expect("an update"));
    assert!(store.get_user(user.id()).await.expect("by key").is_none(), "an update never inserts");
}

async fn an_unknown_column_is_an_error<U: AuthUser>(store: &impl UserStore<U>) {
    let user = add_user(store, 1).await;
    assert!(matches!(store.update_user(&user, &["1=1"]).await, Err(Error::Invalid(_))));
    assert!(matches!(store.find_users("1=1", &Value::Null, 1).await, Err(Error::Invalid(_))));
}

async fn the_last_login_keeps_its_microseconds<U: AuthUser>(store: &impl UserStore<U>) {
    let Some(column) = U::MODEL.roles.last_login else { return };
    let mut user = add_user(store, 1).await;
    for instant in [
        datetime!(2025-03-01 12:00 UTC),
        datetime!(2025-03-01 12:00:00.000_001 UTC),
        datetime!(2025-03-01 12:00:00.5 +05:30),
        datetime!(1969-12-31 23:59:59.999_999 UTC),
    ] {
        user.set_last_login(instant);
        assert!(store.update_user(&user, &[column]).await.expect("an update"));
        let stored = store.get_user(user.id()).await.expect("by key").expect("is there");
        assert_eq!(stored.last_login(), Some(instant));
        let found = store.find_users(column, &Value::DateTime(instant), 10).await.expect("by value");
        assert_eq!(found.len(), 1);
    }
}

async fn a_password_is_replaced_only_if_it_is_the_old_one<U: AuthUser>(store: &impl UserStore<U>) {
    let user = add_user(store, 1).await;
    let bystander = add_user(store, 2).await;
    let (first, second) = (PasswordHash::from_stored("first"), PasswordHash::from_stored("second"));
    assert!(store.replace_password(user.id(), user.password(), &first).await.expect("a replacement"));
    assert!(!store.replace_password(user.id(), user.password(), &second).await.expect("a replacement"));
    let stored = store.get_user(user.id()).await.expect("by key").expect("is there");
    assert_eq!(stored.password(), &first);
    let stored = store.get_user(bystander.id()).await.expect("by key").expect("is there");
    assert_eq!(stored.password(), bystander.password());
    assert!(!store.replace_password(&sample_id::<U>(99), &first, &second).await.expect("a replacement"));
}

async fn a_deleted_user_is_gone<U: AuthUser>(store: &impl UserStore<U>) {
    let (user, bystander) = (add_user(store, 1).await, add_user(store, 2).await);
    assert!(store.delete_user(user.id()).await.expect("a deletion"));
    assert!(!store.delete_user(user.id()).await.expect("a deletion"));
    assert!(store.get_user(user.id()).await.expect("by key").is_none());
    assert!(store.get_user(bystander.id()).await.expect("by key").is_some());
    let again = add_user(store, 1).await;
    assert_eq!(again.username(), user.username());
}

async fn only_an_active_superuser_counts<U: AuthUser>(store: &impl UserStore<U>) {
    let Some(superuser) = U::MODEL.roles.is_superuser else { return };
    add_user(store, 1).await;
    assert!(!store.has_superuser().await.expect("an answer"));
    let row = with::<U>(sample_row::<U>(2), superuser, Value::Boolean(true));
    if let Some(active) = U::MODEL.roles.is_active {
        store.insert_user(with::<U>(row.clone(), active, false.to_value())).await.expect("a superuser");
        assert!(!store.has_superuser().await.expect("an answer"));
    }
    let row = sample_row::<U>(3);
    store.insert_user(with::<U>(row, superuser, Value::Boolean(true))).await.expect("a superuser");
    assert!(store.has_superuser().await.expect("an answer"));
}
