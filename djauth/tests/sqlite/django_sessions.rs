//! Sessions in Django's own table, where the django profile keeps them: who is logged in here is logged in at Django.

use djauth::{
    Auth, RawPassword, Settings,
    manager::NewUser,
    session::SessionKey,
    store::{Holder, PermissionStore, SessionRecord, SqliteStore, UserStore},
};
use djauth_runtime::{
    request::{CookieChange, RequestAuth, RequestGuard, SESSION_KEY, SessionCookie},
    session::{StoredKey, encoding},
    signal::RequestInfo,
    signing::{Keys, SecretKey},
    test_util::sample_row,
};
use time::{Duration, OffsetDateTime, macros::datetime};

use crate::{
    django::{Site, python},
    files::{Place, run, texts},
    users::User,
};

/// The secret key of the Django site.
const SECRET_KEY: &str = "a key for tests that signs nothing of value";

fn secret_key() -> SecretKey {
    SecretKey::new(SECRET_KEY).expect("a key")
}

fn settings() -> Settings {
    let mut settings = Settings::django().with_secret_key(secret_key());
    settings.allowed_hosts = vec!["shop.example".to_owned()];
    settings.password_hashers = vec!["pbkdf2_sha256".to_owned()];
    settings
}

/// A program in the django profile on a database.
async fn program(place: &Place) -> Auth<User> {
    Auth::builder().url(place.url()).settings(settings()).build().await.expect("a sound program")
}

fn request(auth: &Auth<User>, key: Option<&SessionKey>) -> RequestAuth<User> {
    let cookie = key.cloned().map_or(SessionCookie::Missing, SessionCookie::Key);
    RequestAuth::new((**auth).clone(), cookie)
}

async fn who(auth: &Auth<User>, key: &SessionKey) -> Option<String> {
    let current = request(auth, Some(key)).user().await.expect("an answer");
    current.map(|current| current.user.username.clone())
}

async fn log_in(auth: &Auth<User>, user: &User) -> SessionKey {
    let vouched = auth.vouch(user.clone(), "django.contrib.auth.backends.ModelBackend").expect("a backend");
    let request = request(auth, None);
    request.login(vouched, &RequestInfo::default()).await.expect("a login");
    request.session().await.expect("a session").insert("cart", &[8]).expect("JSON");
    match request.finish(200).await.expect("a saved session").cookie {
        CookieChange::Set { key, .. } => key,
        other => panic!("a cookie was expected, not {other:?}"),
    }
}

#[tokio::test]
async fn django_sees_its_own_table_of_sessions() {
    let Some(python) = python() else { return };
    let (ours, djangos) = (Place::new(), Place::new());
    program(&ours).await.migrate().await.expect("a migration");
    Site { python, database: &djangos, user_model: "auth.User" }.run(&["migrate"]);
    let described =
        |database| Site { python, database, user_model: "auth.User" }.run(&["describe", "sessions"]);
    assert_eq!(described(&ours), described(&djangos));
}

#[tokio::test]
async fn whoever_logs_in_here_is_logged_in_at_django() {
    let Some(python) = python() else { return };
    let place = Place::new();
    let django = Site { python, database: &place, user_model: "auth.User" };
    django.run(&["migrate"]);
    let auth = program(&place).await;
    let report = auth.migrate().await.expect("a migration");
    assert!(report.is_empty(), "Django made everything: {report}");
    let new = NewUser::new("ann").password(RawPassword::new("correct horse battery staple"));
    let ann = auth.create_user(new.set("email", "ann@shop.example")).await.expect("a user");
    let key = log_in(&auth, &ann).await;
    assert_eq!(django.run(&["who", key.expose()]), "ann [8]");
    django.run(&["log_out", key.expose()]);
    assert_eq!(who(&auth, &key).await, None);
}

#[tokio::test]
async fn whoever_logs_in_at_django_is_logged_in_here() {
    let Some(python) = python() else { return };
    let place = Place::new();
    let auth = program(&place).await;
    let report = auth.migrate().await.expect("a migration");
    assert!(report.tables.iter().any(|table| table == "django_session"), "{report}");
    let django = Site { python, database: &place, user_model: "auth.User" };
    for command in ["adopt", "create", "set_password"] {
        django.run(&[command]);
    }
    let key = SessionKey::parse(&django.run(&["log_in", "grace"])).expect("a key as ours");

    assert_eq!(who(&auth, &key).await.as_deref(), Some("grace"));
    // The first request has read the keys of permissions, too.
    let asked = database(&auth).statements();
    let request = request(&auth, Some(&key));
    let current = request.user().await.expect("an answer").expect("grace");
    assert!(current.perms.has_perm("auth.view_user").expect("an answer"), "given directly");
    assert!(current.perms.has_perm("auth.add_group").expect("an answer"), "given through a group");
    assert_eq!(database(&auth).statements() - asked, 2);

    let session = request.session().await.expect("a session");
    assert_eq!(session.get::<Vec<u8>>("cart").expect("JSON"), Some(vec![7]));
    session.insert("cart", &[7, 9]).expect("JSON");
    request.finish(200).await.expect("a saved session");
    assert_eq!(django.run(&["who", key.expose()]), "grace [7, 9]");
    self::request(&auth, Some(&key)).logout(&RequestInfo::default()).await.expect("a logout");
    assert_eq!(django.run(&["who", key.expose()]), "None", "nobody, and no cart");
}

/// A program in the django profile over a fresh database in memory.
async fn in_memory() -> Auth<User> {
    let auth = Auth::builder().url("sqlite::memory:").settings(settings()).build().await;
    let auth = auth.expect("a sound program");
    auth.migrate().await.expect("a migration");
    assert_eq!(database(&auth).check_schema().await.expect("a check"), []);
    auth
}

fn database(auth: &Auth<User>) -> &SqliteStore<User> {
    auth.sqlite().expect("a database")
}

fn key() -> StoredKey {
    SessionKey::generate().expect("a key").in_the_clear()
}

fn record(user: Option<i32>, now: OffsetDateTime) -> SessionRecord<User> {
    let items = user.map(|id| (SESSION_KEY, id.to_string()));
    let signer = encoding::store_signer(&Keys::new(secret_key(), []), encoding::SESSION_STORE);
    let data = encoding::encode(&items.into_iter().collect(), &signer, now);
    SessionRecord {
        data: data.expect("shallow data"),
        expire_date: now + Duration::HOUR,
        created: now,
        user_id: user,
    }
}

#[tokio::test]
async fn a_session_is_made_once_saved_moved_and_removed() {
    let auth = in_memory().await;
    let store = auth.sessions();
    let (first, second, now) = (key(), key(), datetime!(2026-03-01 12:00 UTC));
    let anonymous = record(None, now);
    assert!(!store.save(&first, &anonymous).await.expect("a save"), "S49: nothing is inserted by saving");
    assert!(store.create(&first, &anonymous).await.expect("a creation"));
    assert!(!store.create(&first, &record(Some(1), now)).await.expect("a creation"), "S49: the key is taken");
    let later = SessionRecord { expire_date: now + Duration::DAY, ..record(Some(1), now) };
    assert!(store.save(&first, &later).await.expect("a save"));
    let (end, longer) = (later.expire_date, later.expire_date + Duration::HOUR);
    assert!(
        !store.renew(&first, anonymous.expire_date, longer).await.expect("an answer"),
        "S50: it was saved"
    );
    assert!(store.renew(&first, end, longer).await.expect("a renewal"));
    assert!(store.rotate(&first, &second, &later).await.expect("a rotation"));
    assert!(!store.rotate(&first, &key(), &later).await.expect("a rotation"), "S47: the old one is gone");
    let loaded = store.load(&second, now + Duration::HOUR).await.expect("a load").expect("is live").record;
    assert_eq!((loaded.data, loaded.expire_date), (later.data, later.expire_date));
    assert!(store.load(&second, now + Duration::DAY).await.expect("a load").is_none(), "it ended");
    assert_eq!(store.clear_expired(now + Duration::DAY).await.expect("a clearing"), 0);
    assert_eq!(store.clear_expired(now + Duration::DAY * 2).await.expect("a clearing"), 1);
    store.delete(&second).await.expect("what is not there may be removed");
}

#[tokio::test]
async fn s52_a_users_sessions_are_found_by_what_is_in_them() {
    let auth = in_memory().await;
    let (database, store) = (database(&auth), auth.sessions());
    let (kept, now) = (key(), OffsetDateTime::now_utc());
    store.create(&kept, &record(Some(1), now)).await.expect("a creation");
    // More than are read at a time.
    for user in (0..1100).map(|n| (n % 2 == 0).then_some(n % 3)) {
        assert!(store.create(&key(), &record(user, now)).await.expect("a creation"));
    }
    run(database, "INSERT INTO django_session VALUES ('broken', 'no session', '2999-01-01 00:00:00')").await;
    let before: usize = count(database).await;
    let ended = store.delete_of_user(&1, Some(&kept)).await.expect("an end");
    assert_eq!(ended, (0..1100).filter(|n| n % 2 == 0 && n % 3 == 1).count() as u64);
    assert_eq!(before - count(database).await, usize::try_from(ended).expect("a small number"));
    assert!(store.load(&kept, now).await.expect("a load").is_some());
    assert_eq!(store.delete_of_user(&1, None).await.expect("an end"), 1);
}

/// The user's only session is about to get a smaller key when it is looked for.
#[tokio::test]
async fn s52_a_session_that_moves_meanwhile_ends_as_well() {
    let place = Place::new();
    let auth = program(&place).await;
    auth.migrate().await.expect("a migration");
    let (store, now) = (auth.sessions(), OffsetDateTime::now_utc());
    let (first, second) = (key(), key());
    let (smaller, larger) = if first.expose() < second.expose() { (first, second) } else { (second, first) };
    assert!(store.create(&larger, &record(Some(1), now)).await.expect("a creation"));
    let mut other = database(&auth).pool().begin_with("BEGIN IMMEDIATE").await.expect("a transaction");
    sqlx::query("UPDATE django_session SET session_key = ?")
        .bind(smaller.expose())
        .execute(&mut *other)
        .await
        .expect("a rotation");
    let asked = database(&auth).statements();
    let rotation = async {
        // Whoever looked before they waited for the writer would be at the second statement now.
        for _ in 0..100 {
            if database(&auth).statements() - asked > 1 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        other.commit().await.expect("a rotation");
    };
    let (ended, ()) = tokio::join!(store.delete_of_user(&1, None), rotation);
    assert_eq!(ended.expect("an end"), 1);
    assert!(store.load(&smaller, now).await.expect("a load").is_none());
}

async fn count(database: &SqliteStore<User>) -> usize {
    let count = texts(database, "SELECT CAST(count(*) AS TEXT) FROM django_session").await;
    count[0].parse().expect("a number")
}

#[tokio::test]
async fn a_user_can_be_removed_whose_sessions_django_keeps() {
    let place = Place::new();
    let auth = program(&place).await;
    auth.migrate().await.expect("a migration");
    let store = database(&auth);
    let user = store.insert_user(sample_row::<User>(1)).await.expect("a user");
    let permissions = store.known_permissions().await.expect("permissions");
    store.grant(Holder::User(&user.id), &permissions[..1]).await.expect("a grant");
    let key = log_in(&auth, &user).await;
    assert!(who(&auth, &key).await.is_some());
    assert!(store.delete_user(&user.id).await.expect("a deletion"));
    assert_eq!(who(&auth, &key).await, None);
}

#[tokio::test]
async fn s53_an_absolute_end_that_cannot_be_kept_is_refused() {
    let mut settings = settings();
    settings.session_absolute_age = 3600;
    let built = Auth::<User>::builder().url("sqlite::memory:").settings(settings).build().await;
    let error = built.expect_err("an end that nobody would see to").to_string();
    assert!(error.contains("djauth.E018") && error.contains("set it to 0"), "{error}");
}
