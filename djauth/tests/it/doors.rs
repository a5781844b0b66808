//! The doors at which a password is shown: equal work for every refusal, and no more work than there are threads.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Duration,
};

use axum::Router;
use djauth::{
    RawPassword, Result, Settings,
    axum::{Rejection, routing::post},
    credentials::Credentials,
    prelude::{AuthSession, login_not_required},
    signal::RequestInfo,
};
use djauth_runtime::{
    hasher::{HasherPlugin, PasswordHasher, Pbkdf2PasswordHasher},
    test_util::WatchedHasher,
};
use http::HeaderMap;
use tokio::{sync::mpsc, time::timeout};

use crate::site::{ANN, BEN, Member, PASSWORD, Site, memory};

const ROUNDS: u32 = 10;

static WORK: AtomicU64 = AtomicU64::new(0);
static IS_BLOCKED: AtomicBool = AtomicBool::new(false);

inventory::submit! {
    HasherPlugin::new("counting", |_| watched(|work| {
        WORK.fetch_add(work, Ordering::SeqCst);
    }))
}

inventory::submit! {
    HasherPlugin::new("blocking", |_| watched(|_| {
        while IS_BLOCKED.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
    }))
}

fn watched(report: fn(u64)) -> Box<dyn PasswordHasher> {
    Box::new(WatchedHasher::new(Pbkdf2PasswordHasher::sha256(ROUNDS), report))
}

async fn site(hasher: &str, queue: usize) -> Site {
    let mut settings = Settings::development();
    settings.password_hashers = vec![hasher.to_owned()];
    settings.password_queue = queue;
    let mut site = Site::of(memory(settings).await);
    let urls = site.auth.urls();
    site.serve(Router::new().route("/enter", post(enter)).nest("/accounts", urls));
    site
}

/// A login of the program's own.
#[login_not_required]
async fn enter(auth: AuthSession<Member>, headers: HeaderMap) -> Result<String, Rejection> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let credentials = Credentials::password(text("x-username"), RawPassword::new(text("x-password")));
    Ok(auth.authenticate(&credentials).await?.is_some().to_string())
}

/// Every way to show a password. Those that only set one (the set-up page, `createuser`, `createsuperuser`,
/// `changepassword`) are none: they ask for no old password, and tell nobody who exists.
#[derive(Debug, Clone, Copy)]
enum Door {
    LoginPage,
    AuthSession,
    Authenticator,
    VerifyPassword,
}

impl Door {
    const ALL: [Self; 4] = [Self::LoginPage, Self::AuthSession, Self::Authenticator, Self::VerifyPassword];

    async fn lets_in(self, site: &Site, username: &str, password: &str) -> bool {
        let raw = RawPassword::new(password);
        match self {
            Self::LoginPage => {
                site.browser().log_in("/accounts/login/", username, password).await.status == 303
            }
            Self::AuthSession => {
                let mut browser = site.browser();
                let form =
                    browser.form("/enter").header("x-username", username).header("x-password", password);
                browser.go(form, "").await.body == "true"
            }
            Self::Authenticator => {
                let credentials = Credentials::password(username, raw);
                let found = site.auth.authenticate(&RequestInfo::default(), &credentials).await;
                found.unwrap().is_some()
            }
            Self::VerifyPassword => {
                let user = site.auth.users().get_user_by_username(username).await.unwrap();
                let verified = site.auth.verify_password(user, &raw).await.unwrap();
                verified.is_some_and(|user| user.is_active)
            }
        }
    }
}

#[tokio::test]
async fn s19_s21_every_door_does_the_work_of_one_hash_whatever_is_wrong() {
    let site = site("counting", 64).await;
    site.user(ANN).await;
    site.somebody("none@example.org").await;
    site.deactivate(&site.user(BEN).await).await;
    for door in Door::ALL {
        WORK.store(0, Ordering::SeqCst);
        for (username, password, expected) in [
            (ANN, PASSWORD, true),
            (ANN, "wrong", false),
            (ANN, &"x".repeat(5000), false),
            ("nobody@example.org", PASSWORD, false),
            ("none@example.org", PASSWORD, false),
            (BEN, PASSWORD, false),
        ] {
            let lets_in = door.lets_in(&site, username, password).await;
            let work = WORK.swap(0, Ordering::SeqCst);
            assert_eq!((lets_in, work), (expected, ROUNDS.into()), "{door:?}: {username} {password:.10}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s28_logins_beyond_the_queue_are_503_and_told_when_to_come_again() {
    const QUEUE: usize = 1;
    const BEYOND: usize = 8;
    let site = site("blocking", QUEUE).await;
    let threads = thread::available_parallelism().unwrap().get();
    IS_BLOCKED.store(true, Ordering::SeqCst);
    let (sender, mut answers) = mpsc::unbounded_channel();
    for _ in 0..threads + QUEUE + BEYOND {
        let (mut browser, sender) = (site.browser(), sender.clone());
        tokio::spawn(async move {
            let answer = browser.log_in("/accounts/login/", "nobody@example.org", PASSWORD).await;
            sender.send(answer).unwrap();
        });
    }
    drop(sender);
    for _ in 0..BEYOND {
        let answer =
            timeout(Duration::from_secs(30), answers.recv()).await.expect("nobody is refused").unwrap();
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")));
        assert!(answer.set_cookies().is_empty());
    }
    IS_BLOCKED.store(false, Ordering::SeqCst);
    let mut served = 0;
    while let Some(answer) = answers.recv().await {
        served += usize::from(answer.status == 200);
    }
    assert!(served > 0, "who was let into the queue is answered");
}
