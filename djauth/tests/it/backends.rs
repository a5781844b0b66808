//! The chain of backends: who is asked, who ends it, and what an error is.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use djauth::{
    Auth, Authenticator, Error, PermissionDenied, PermissionSet, RawPassword, Result, Settings, Unavailable,
    backend::{AuthBackend, ModelBackend},
    credentials::Credentials,
    signal::RequestInfo,
    store::MemoryStore,
};

use crate::site::{ANN, Member, Site};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behaviour {
    LetsIn,
    Skips,
    Forbids,
    Fails,
}

type Asked = Arc<Mutex<Vec<String>>>;

/// A backend that does as its name says, and notes that it was asked.
struct Scripted {
    name: String,
    behaviour: Behaviour,
    asked: Asked,
}

#[async_trait]
impl AuthBackend<Member> for Scripted {
    async fn authenticate(
        &self,
        auth: &Authenticator<Member>,
        _: &RequestInfo,
        _: &Credentials,
    ) -> Result<Option<Member>> {
        self.asked.lock().unwrap().push(self.name.clone());
        match self.behaviour {
            Behaviour::LetsIn => auth.users().get_user_by_username(ANN).await,
            Behaviour::Skips => Ok(None),
            Behaviour::Forbids => Err(PermissionDenied.into()),
            Behaviour::Fails => Err(down()),
        }
    }
}

fn down() -> Error {
    Unavailable::new("the directory", "no route to it").into()
}

/// A site whose backends are named `0`, `1`, ... in the order of asking.
async fn site(behaviours: &[Behaviour]) -> (Site, Asked) {
    let (store, asked) = (MemoryStore::new(), Asked::default());
    let mut builder = Auth::builder().stores(store.clone(), store);
    let mut settings = Settings::development();
    settings.authentication_backends = (0..behaviours.len()).map(|number| number.to_string()).collect();
    for (name, behaviour) in settings.authentication_backends.iter().cloned().zip(behaviours) {
        let backend = Scripted { name: name.clone(), behaviour: *behaviour, asked: Arc::clone(&asked) };
        builder = builder.backend(name, backend);
    }
    let site = Site::of(builder.settings(settings).build().await.unwrap());
    site.somebody(ANN).await;
    (site, asked)
}

#[tokio::test]
async fn backends_are_asked_in_order_until_one_answers() {
    use Behaviour::{Forbids, LetsIn, Skips};
    for (behaviours, asked_in_order, vouched) in [
        (&[LetsIn, LetsIn][..], &["0"][..], Some("0")),
        (&[Skips, LetsIn, Forbids], &["0", "1"], Some("1")),
        (&[Skips, Forbids, LetsIn], &["0", "1"], None),
        (&[Skips, Skips], &["0", "1"], None),
    ] {
        let (site, asked) = site(behaviours).await;
        let credentials = Credentials::password(ANN, RawPassword::new("x"));
        let found = site.auth.authenticate(&RequestInfo::default(), &credentials).await.unwrap();
        assert_eq!(found.map(|found| found.backend.to_string()).as_deref(), vouched, "{behaviours:?}");
        assert_eq!(*asked.lock().unwrap(), asked_in_order, "{behaviours:?}");
    }
}

#[tokio::test]
async fn s8_s9_a_backend_that_fails_is_503_and_no_other_is_asked() {
    let (site, asked) = site(&[Behaviour::Skips, Behaviour::Fails, Behaviour::LetsIn]).await;
    let mut browser = site.browser();
    let answer = browser.log_in("/accounts/login/", ANN, "x").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")));
    assert_eq!((browser.session(), &**asked.lock().unwrap()), (None, &["0".to_owned(), "1".to_owned()][..]));
}

/// A directory that vouches for users after their login, until it goes down.
#[derive(Clone, Default)]
struct Directory {
    down_at: Arc<Mutex<Option<&'static str>>>,
}

impl Directory {
    fn answer<T>(&self, question: &'static str, answer: T) -> Result<T> {
        if *self.down_at.lock().unwrap() == Some(question) { Err(down()) } else { Ok(answer) }
    }
}

#[async_trait]
impl AuthBackend<Member> for Directory {
    async fn authenticate(
        &self,
        _: &Authenticator<Member>,
        _: &RequestInfo,
        _: &Credentials,
    ) -> Result<Option<Member>> {
        Ok(None)
    }

    async fn get_user(
        &self,
        _: &Authenticator<Member>,
        _: &i64,
        row: Option<Arc<Member>>,
    ) -> Result<Option<Arc<Member>>> {
        self.answer("get_user", row)
    }

    async fn permissions(&self, _: &Authenticator<Member>, _: &Member) -> Result<PermissionSet> {
        self.answer("permissions", PermissionSet::new())
    }
}

#[tokio::test]
async fn s9_a_backend_that_cannot_say_what_a_user_may_do_is_503_and_not_no() {
    let (store, directory) = (MemoryStore::new(), Directory::default());
    let mut settings = Settings::development();
    settings.authentication_backends = vec!["Directory".to_owned()];
    let builder = Auth::builder().stores(store.clone(), store).settings(settings);
    let site = Site::of(builder.backend("Directory", directory.clone()).build().await.unwrap());
    site.somebody(ANN).await;
    let mut browser = site.browser_of(ANN).await;
    for (down_at, home, publish) in
        [(None, 200, 403), (Some("permissions"), 503, 503), (Some("get_user"), 503, 503), (None, 200, 403)]
    {
        *directory.down_at.lock().unwrap() = down_at;
        for (path, status) in [("/", home), ("/publish/1", publish)] {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, status, "{path}, down at {down_at:?}");
            assert!(answer.set_cookies().is_empty() && answer.location().is_empty(), "{path} {down_at:?}");
        }
    }
}

#[tokio::test]
async fn a_backend_vouches_by_any_of_its_names_and_by_none_where_it_is_the_only_one() {
    for settings in [Settings::default(), Settings::django()] {
        let site = Site::with(settings).await;
        let ann = site.somebody(ANN).await;
        let [listed] = site.auth.backends() else { panic!("one backend") };
        for name in [Some(ModelBackend::NAMES[0]), Some(ModelBackend::NAMES[1]), None] {
            assert_eq!(site.auth.vouch(ann.clone(), name).unwrap().backend, listed.name, "{name:?}");
        }
        let error = site.auth.vouch(ann, "Tokens").unwrap_err().to_string();
        assert_eq!(error, "`authentication_backends` does not list `Tokens`; add it");
    }
}

#[tokio::test]
async fn who_vouches_is_said_where_several_could() {
    let (site, _) = site(&[Behaviour::LetsIn, Behaviour::LetsIn]).await;
    let ann = site.auth.users().get_user_by_username(ANN).await.unwrap().unwrap();
    let error = site.auth.vouch(ann.clone(), None).unwrap_err().to_string();
    assert_eq!(error, "`authentication_backends` lists several backends; say which one vouches: `0`, `1`");
    assert_eq!(&*site.auth.vouch(ann, "1").unwrap().backend, "1");
}
