//! What a session goes through, over the memory store.

use time::{Duration, macros::datetime};

use super::*;
use crate::{
    PasswordHash, PermissionDenied, RawPassword,
    backend::AuthBackend,
    clock::SettableClock,
    credentials::Credentials,
    hasher::{HasherProfile, Hashers, Pbkdf2PasswordHasher},
    manager::NewUser,
    memory::MemoryStore,
    permission::PermissionName,
    settings::Settings,
    signal::RequestInfo,
    signing::SecretKey,
    store::{Holder, PermissionStore, UserStore},
    test_util::Person,
};

const PASSWORD: &str = "correct horse battery staple";

struct Site {
    auth: Authenticator<Person>,
    store: MemoryStore<Person>,
    clock: SettableClock,
}

impl Site {
    fn new() -> Self {
        Self::with(Settings::development())
    }

    fn with(settings: Settings) -> Self {
        let name: PermissionName = "shop.refund".parse().expect("a name");
        let store = MemoryStore::new().with_permissions([name]);
        Self::over(store, settings)
    }

    fn over(store: MemoryStore<Person>, settings: Settings) -> Self {
        let clock = SettableClock::new(datetime!(2026-02-04 12:00 UTC));
        let quick = Box::new(Pbkdf2PasswordHasher::sha256(10));
        let quick = Hashers::new(HasherProfile::Recommended, vec![quick]).expect("one hasher");
        let builder = Authenticator::builder(Arc::new(store.clone()), Arc::new(store.clone()));
        let builder = builder.settings(settings).hashers(quick).clock(clock.clone());
        let auth = builder.build().expect("a sound program");
        Self { auth, store, clock }
    }

    async fn user(&self, username: &str) -> Person {
        let new = NewUser::new(username).password(RawPassword::new(PASSWORD));
        self.auth.create_user(new.set("email", format!("{username}@example.org"))).await.expect("a user")
    }

    /// A request with this cookie.
    fn request(&self, key: Option<&SessionKey>) -> RequestAuth<Person> {
        let cookie = key.cloned().map_or(SessionCookie::Missing, SessionCookie::Key);
        RequestAuth::new(self.auth.clone(), cookie)
    }

    async fn log_in(&self, key: Option<&SessionKey>, user: &Person) -> SessionKey {
        let request = self.request(key);
        let vouched = self.auth.vouch(user.clone(), "ModelBackend").expect("a backend");
        request.login(vouched, &RequestInfo::default()).await.expect("a login");
        set_cookie(&request.finish(200).await.expect("a saved session"))
    }

    async fn who(&self, key: &SessionKey) -> Option<String> {
        let user = self.request(Some(key)).user().await.expect("an answer");
        user.map(|current| current.user.username.clone())
    }
}

fn set_cookie(finish: &Finish) -> SessionKey {
    match &finish.cookie {
        CookieChange::Set { key, .. } => key.clone(),
        other => panic!("a cookie was expected, not {other:?}"),
    }
}

#[tokio::test]
async fn a_request_that_asks_for_nothing_changes_nothing() {
    let site = Site::new();
    let finish = site.request(None).finish(200).await.expect("nothing to do");
    assert_eq!(finish, Finish { cookie: CookieChange::Keep, vary: false });
}

#[tokio::test]
async fn s46_an_unknown_key_is_never_adopted() {
    let site = Site::new();
    let forged = SessionKey::generate().expect("a generator");
    let request = site.request(Some(&forged));
    assert!(request.user().await.expect("an answer").is_none());
    assert_eq!(request.finish(200).await.expect("finished").cookie, CookieChange::Keep);
    let request = site.request(Some(&forged));
    request.session().await.expect("a session").insert("cart", &[1]).expect("json");
    assert_ne!(set_cookie(&request.finish(200).await.expect("finished")), forged);
}

#[tokio::test]
async fn a_cookie_of_an_unknown_key_goes_with_a_logout_and_in_the_django_profile() {
    let unknown = SessionKey::generate().expect("a generator");
    let site = Site::new();
    let request = site.request(Some(&unknown));
    request.logout(&RequestInfo::default()).await.expect("logged out");
    assert_eq!(request.finish(200).await.expect("finished").cookie, CookieChange::Remove);

    let mut settings = Settings::django();
    settings.development = true;
    let site = Site::with(settings);
    let request = site.request(Some(&unknown));
    assert!(request.user().await.expect("an answer").is_none());
    assert_eq!(request.finish(200).await.expect("finished").cookie, CookieChange::Remove);
}

#[tokio::test]
async fn s47_s48_login_keeps_a_visitors_cart_under_a_new_key() {
    let site = Site::new();
    let lin = site.user("lin").await;
    let request = site.request(None);
    request.session().await.expect("a session").insert("cart", &[7]).expect("json");
    let before = set_cookie(&request.finish(200).await.expect("finished"));

    let after = site.log_in(Some(&before), &lin).await;
    assert_ne!(before, after);
    assert_eq!(site.who(&before).await, None);
    assert_eq!(site.who(&after).await.as_deref(), Some("lin"));
    let session = site.request(Some(&after)).session().await.expect("a session");
    assert_eq!(session.get::<Vec<i32>>("cart").expect("a list"), Some(vec![7]));
}

#[tokio::test]
async fn s47_logging_in_again_changes_the_key_and_keeps_the_items() {
    let site = Site::new();
    let lin = site.user("lin").await;
    let first = site.log_in(None, &lin).await;
    let request = site.request(Some(&first));
    request.session().await.expect("a session").insert("cart", &[7]).expect("json");
    request.finish(200).await.expect("saved");
    let second = site.log_in(Some(&first), &lin).await;
    assert_ne!(first, second);
    assert_eq!(site.who(&first).await, None);
    assert!(site.request(Some(&second)).session().await.expect("a session").contains_key("cart"));
}

#[tokio::test]
async fn s48_another_user_starts_from_an_empty_session() {
    let site = Site::new();
    let (lin, ada) = (site.user("lin").await, site.user("ada").await);
    let key = site.log_in(None, &lin).await;
    let request = site.request(Some(&key));
    request.session().await.expect("a session").insert("diary", "private").expect("json");
    request.finish(200).await.expect("saved");

    let key = site.log_in(Some(&key), &ada).await;
    assert_eq!(site.who(&key).await.as_deref(), Some("ada"));
    assert!(!site.request(Some(&key)).session().await.expect("a session").contains_key("diary"));
}

#[tokio::test]
async fn s51_logout_removes_the_session_on_the_server() {
    let site = Site::new();
    let lin = site.user("lin").await;
    let key = site.log_in(None, &lin).await;
    let request = site.request(Some(&key));
    request.logout(&RequestInfo::default()).await.expect("logged out");
    assert!(request.user().await.expect("an answer").is_none());
    assert_eq!(request.finish(200).await.expect("finished").cookie, CookieChange::Remove);
    assert_eq!(site.who(&key).await, None);
}

#[tokio::test]
async fn s49_a_session_that_another_request_ended_is_not_resurrected() {
    let site = Site::new();
    let lin = site.user("lin").await;
    let key = site.log_in(None, &lin).await;
    let slow = site.request(Some(&key));
    slow.session().await.expect("a session").insert("cart", &[1]).expect("json");
    site.request(Some(&key)).logout(&RequestInfo::default()).await.expect("logged out");
    assert!(matches!(slow.finish(200).await, Err(Error::SessionInterrupted)));
    assert_eq!(site.who(&key).await, None);
}

#[tokio::test]
async fn s50_a_request_that_only_reads_undoes_nothing() {
    for every_request in [false, true] {
        let mut settings = Settings::development();
        settings.session_save_every_request = every_request;
        let site = Site::with(settings);
        let lin = site.user("lin").await;
        let key = site.log_in(None, &lin).await;
        site.clock.advance(Duration::days(2));
        let reading = [site.request(Some(&key)), site.request(Some(&key)), site.request(Some(&key))];
        for request in &reading {
            assert!(request.user().await.expect("an answer").is_some());
        }
        let [beside_a_write, beside_a_login, beside_a_logout] = reading;
        let writing = site.request(Some(&key));
        writing.session().await.expect("a session").insert("cart", &[7]).expect("json");
        writing.finish(200).await.expect("saved");
        assert_eq!(beside_a_write.finish(200).await.expect("finished").cookie, CookieChange::Keep);
        assert!(site.request(Some(&key)).session().await.expect("a session").contains_key("cart"));

        let key = site.log_in(Some(&key), &lin).await;
        assert_eq!(beside_a_login.finish(200).await.expect("finished").cookie, CookieChange::Keep);
        site.request(Some(&key)).logout(&RequestInfo::default()).await.expect("logged out");
        assert_eq!(beside_a_logout.finish(200).await.expect("finished").cookie, CookieChange::Keep);
        assert_eq!(site.who(&key).await, None);
    }
}

#[tokio::test]
async fn s52_a_changed_password_ends_other_sessions_and_keeps_this_one() {
    let site = Site::new();
    let mut lin = site.user("lin").await;
    let (here, there) = (site.log_in(None, &lin).await, site.log_in(None, &lin).await);
    let request = site.request(Some(&here));
    assert!(request.user().await.expect("an answer").is_some());
    site.auth.set_password(&mut lin, &RawPassword::new("another long password")).await.expect("set");
    request.update_session_auth_hash(&lin).await.expect("kept");
    let here = set_cookie(&request.finish(200).await.expect("saved"));
    assert_eq!(site.who(&here).await.as_deref(), Some("lin"));
    assert_eq!(site.who(&there).await, None);
}

#[tokio::test]
async fn s14_an_inactive_or_deleted_user_is_nobody_at_once() {
    let site = Site::new();
    let mut lin = site.user("lin").await;
    let key = site.log_in(None, &lin).await;
    lin.is_active = false;
    site.store.update_user(&lin, &["is_active"]).await.expect("stored");
    assert_eq!(site.who(&key).await, None);
    lin.is_active = true;
    site.store.update_user(&lin, &["is_active"]).await.expect("stored");
    assert_eq!(site.who(&key).await.as_deref(), Some("lin"));
    site.store.delete_user(&lin.id).await.expect("deleted");
    assert_eq!(site.who(&key).await, None);
}

#[tokio::test]
async fn s90_what_is_revoked_now_is_refused_next() {
    let site = Site::new();
    let lin = site.user("lin").await;
    let key = site.log_in(None, &lin).await;
    let refund: PermissionName = "shop.refund".parse().expect("a name");
    for granted in [true, false] {
        let holder = Holder::User(&lin.id);
        let refunds = std::slice::from_ref(&refund);
        match granted {
            true => site.store.grant(holder, refunds).await.expect("granted"),
            false => site.store.revoke(holder, refunds).await.expect("revoked"),
        }
        let perms = site.request(Some(&key)).perms().await.expect("an answer");
        assert_eq!(perms.has_perm("shop.refund").expect("an answer"), granted);
    }
}

#[tokio::test]
async fn s62_a_server_error_saves_nothing() {
    let site = Site::new();
    let lin = site.user("lin").await;
    let request = site.request(None);
    request
        .login(site.auth.vouch(lin, "ModelBackend").expect("a backend"), &RequestInfo::default())
        .await
        .expect("a login");
    assert_eq!(request.finish(500).await.expect("finished").cookie, CookieChange::Keep);
}

#[tokio::test]
async fn s53_a_session_ends_when_idle_and_at_its_absolute_end() {
    let site = Site::new();
    let lin = site.user("lin").await;
    let key = site.log_in(None, &lin).await;
    site.clock.advance(Duration::days(14) - Duration::SECOND);
    assert_eq!(site.who(&key).await.as_deref(), Some("lin"));
    site.clock.advance(Duration::SECOND);
    assert_eq!(site.who(&key).await, None);

    let key = site.log_in(None, &lin).await;
    for _ in 0..3 {
        site.clock.advance(Duration::days(9));
        let request = site.request(Some(&key));
        assert!(request.user().await.expect("an answer").is_some(), "activity extends the idle end");
        request.finish(200).await.expect("renewed");
    }
    site.clock.advance(Duration::days(3) - Duration::SECOND);
    assert!(site.who(&key).await.is_some());
    site.clock.advance(Duration::SECOND);
    assert_eq!(site.who(&key).await, None, "nothing extends the absolute end");
}

#[tokio::test]
async fn s53_a_shorter_absolute_age_ends_the_sessions_that_are_older() {
    let site = Site::new();
    let lin = site.user("lin").await;
    let key = site.log_in(None, &lin).await;
    let mut settings = Settings::development().with_secret_key(site.auth.keys().secret_key().clone());
    settings.session_absolute_age = 3600;
    let stricter = Site::over(site.store.clone(), settings);
    stricter.clock.advance(Duration::HOUR - Duration::SECOND);
    assert_eq!(stricter.who(&key).await.as_deref(), Some("lin"));
    stricter.clock.advance(Duration::SECOND);
    assert_eq!(stricter.who(&key).await, None);
}

/// Logs lin in under one secret key, and returns the same program under a new one.
async fn with_a_new_secret_key() -> (Site, Site, SessionKey) {
    let [old, new] = ["old", "new"]
        .map(|name| SecretKey::new(format!("{name} key of this test, 0123456789")).expect("a key"));
    let before = Site::with(Settings::development().with_secret_key(old.clone()));
    let lin = before.user("lin").await;
    let key = before.log_in(None, &lin).await;

    let mut settings = Settings::development().with_secret_key(new);
    settings.secret_key_fallbacks = vec![old];
    let after = Site::over(before.store.clone(), settings);
    (before, after, key)
}

#[tokio::test]
async fn s47_requests_that_run_together_after_a_new_secret_key_keep_their_login() {
    let (_, site, key) = with_a_new_secret_key().await;
    let [first, second, writing] =
        [site.request(Some(&key)), site.request(Some(&key)), site.request(Some(&key))];
    for request in [&first, &second, &writing] {
        assert!(request.user().await.expect("an answer").is_some());
    }
    let moved = set_cookie(&first.finish(200).await.expect("saved"));
    assert_eq!(second.finish(200).await.expect("finished").cookie, CookieChange::Keep);
    writing.session().await.expect("a session").insert("cart", &[7]).expect("json");
    assert!(matches!(writing.finish(200).await, Err(Error::SessionInterrupted)), "S49: its change is lost");

    let third = site.request(Some(&key));
    assert!(third.user().await.expect("an answer").is_none());
    assert_eq!(
        third.finish(200).await.expect("finished").cookie,
        CookieChange::Keep,
        "the cookie is the new one"
    );
    assert_eq!(site.who(&moved).await.as_deref(), Some("lin"));
}

#[tokio::test]
async fn a_session_made_under_an_older_secret_key_goes_on_under_a_new_key() {
    let (before, after, key) = with_a_new_secret_key().await;
    let request = after.request(Some(&key));
    assert!(request.user().await.expect("an answer").is_some());
    let moved = set_cookie(&request.finish(200).await.expect("saved"));
    assert_ne!(moved, key);
    assert_eq!(after.who(&moved).await.as_deref(), Some("lin"));

    let forgotten = Settings::development()
        .with_secret_key(SecretKey::new("a third key of this test, 0123456789").expect("a key"));
    let without = Site::over(before.store.clone(), forgotten);
    assert_eq!(without.who(&moved).await, None);
}

#[tokio::test]
async fn a_backend_that_is_no_longer_listed_vouches_for_nobody() {
    let site = Site::new();
    let lin = site.user("lin").await;
    let key = site.log_in(None, &lin).await;
    for (listed, expected) in [
        ("Badges", None),
        // Another name of the one that vouched.
        ("django.contrib.auth.backends.ModelBackend", Some("lin".to_owned())),
    ] {
        let mut settings = Settings::development().with_secret_key(site.auth.keys().secret_key().clone());
        settings.authentication_backends = vec![listed.to_owned()];
        assert_eq!(Site::over(site.store.clone(), settings).who(&key).await, expected, "{listed}");
    }
}

#[tokio::test]
async fn s20_wrong_unknown_and_inactive_get_the_same_answer() {
    let site = Site::new();
    let mut lin = site.user("lin").await;
    let answer = async |username: &str, password: &str| {
        let credentials = Credentials::password(username, RawPassword::new(password));
        let user = site.auth.authenticate(&RequestInfo::default(), &credentials).await.expect("an answer");
        user.map(|found| found.user.username)
    };
    assert_eq!(answer("lin", PASSWORD).await.as_deref(), Some("lin"));
    assert_eq!(answer("lin", "wrong").await, None);
    assert_eq!(answer("nobody", PASSWORD).await, None);
    lin.is_active = false;
    site.store.update_user(&lin, &["is_active"]).await.expect("stored");
    assert_eq!(answer("lin", PASSWORD).await, None);
}

#[tokio::test]
async fn last_login_is_the_time_of_the_login() {
    let site = Site::new();
    let lin = site.user("lin").await;
    site.log_in(None, &lin).await;
    let lin = site.store.get_user(&lin.id).await.expect("an answer").expect("lin");
    assert_eq!(lin.last_login, Some(datetime!(2026-02-04 12:00 UTC)));
}

#[tokio::test]
async fn s53_an_old_session_is_not_written_again_and_again() {
    let site = Site::new();
    let lin = site.user("lin").await;
    let key = site.log_in(None, &lin).await;
    let mut writes = 0;
    for _ in 0..29 {
        site.clock.advance(Duration::DAY - Duration::SECOND);
        for _ in 0..3 {
            let request = site.request(Some(&key));
            assert!(request.user().await.expect("an answer").is_some());
            writes += u32::from(request.finish(200).await.expect("finished").cookie != CookieChange::Keep);
        }
    }
    assert!((1..=20).contains(&writes), "{writes} writes in 87 requests");
}

#[tokio::test]
async fn s10_a_denied_request_renews_nothing() {
    let site = Site::new();
    let lin = site.user("lin").await;
    let key = site.log_in(None, &lin).await;
    site.clock.advance(Duration::days(10));
    for (status, cookie_is_kept) in [(403, true), (500, true), (200, false)] {
        let request = site.request(Some(&key));
        request.user().await.expect("an answer");
        let finish = request.finish(status).await.expect("finished");
        assert_eq!(finish.cookie == CookieChange::Keep, cookie_is_kept, "{status}");
    }
}

/// Keeps its users elsewhere, and may be out of order.
struct Directory {
    permissions_are_known: bool,
}

#[async_trait]
impl AuthBackend<Person> for Directory {
    async fn authenticate(
        &self,
        _auth: &Authenticator<Person>,
        _request: &RequestInfo,
        _credentials: &Credentials,
    ) -> Result<Option<Person>> {
        Ok(None)
    }

    async fn get_user(
        &self,
        _auth: &Authenticator<Person>,
        id: &i64,
        _row: Option<Arc<Person>>,
    ) -> Result<Option<Arc<Person>>> {
        Ok(Some(Arc::new(somebody_elsewhere(*id))))
    }

    async fn permissions(&self, _auth: &Authenticator<Person>, _user: &Person) -> Result<PermissionSet> {
        if self.permissions_are_known { Ok(PermissionSet::new()) } else { Err(PermissionDenied.into()) }
    }
}

fn somebody_elsewhere(id: i64) -> Person {
    Person {
        id,
        username: "elsewhere".to_owned(),
        email: String::new(),
        password: PasswordHash::default(),
        last_login: None,
        is_active: true,
        is_staff: false,
        is_superuser: false,
        nickname: None,
    }
}

fn with_directory(permissions_are_known: bool) -> Authenticator<Person> {
    let store = MemoryStore::<Person>::new();
    let mut settings = Settings::development();
    settings.authentication_backends = vec!["directory".to_owned()];
    Authenticator::builder(Arc::new(store.clone()), Arc::new(store))
        .settings(settings)
        .backend("directory", Directory { permissions_are_known })
        .build()
        .expect("a sound program")
}

#[tokio::test]
async fn a_backend_that_keeps_its_users_elsewhere_is_asked_for_them() {
    let auth = with_directory(true);
    let request = RequestAuth::new(auth.clone(), SessionCookie::Missing);
    let vouched = auth.vouch(somebody_elsewhere(7), "directory").expect("a backend");
    request.login(vouched, &RequestInfo::default()).await.expect("a login");
    let key = set_cookie(&request.finish(200).await.expect("saved"));
    let next = RequestAuth::new(auth, SessionCookie::Key(key));
    assert_eq!(next.user().await.expect("an answer").map(|current| current.user.id), Some(7));
}

#[tokio::test]
async fn a_login_that_fails_leaves_nothing_to_be_saved() {
    let auth = with_directory(false);
    let request = RequestAuth::new(auth.clone(), SessionCookie::Missing);
    let vouched = auth.vouch(somebody_elsewhere(7), "directory").expect("a backend");
    assert!(request.login(vouched, &RequestInfo::default()).await.is_err());
    assert_eq!(request.finish(200).await.expect("finished").cookie, CookieChange::Keep);
}

#[tokio::test]
async fn a_session_whose_end_cannot_be_told_is_over() {
    let site = Site::new();
    let lin = site.user("lin").await;
    let key = site.log_in(None, &lin).await;
    let request = site.request(Some(&key));
    request.session().await.expect("a session").insert("_session_expiry", "whenever").expect("text");
    request.finish(200).await.expect("saved");
    assert_eq!(site.who(&key).await, None);
}
