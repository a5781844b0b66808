//! Who passes which guard? Every kind of guard against every kind of user, method and stack (rule S14).

use axum::{Router, body::Body};
use djauth::{axum::routing::any, prelude::*, store::Holder};
use http::{Method, StatusCode};

use crate::{
    browser::{Browser, HTML, send},
    site::{Member, Site},
};

const PUBLISH: &str = "blog.can_publish";
const CHANGE: &str = "blog.change_post";

#[login_not_required]
async fn nobody_asked() {}
#[login_required]
async fn login() {}
#[permission_required("blog.can_publish")]
async fn one() {}
#[permission_required("blog.can_publish", "blog.change_post")]
async fn both() {}
#[permission_required(any("blog.can_publish", "blog.change_post"))]
async fn either() {}
#[permission_required(not("blog.can_publish"))]
async fn not() {}
#[user_passes_test(is_staff)]
async fn test() {}
#[login_required]
#[permission_required("blog.can_publish")]
#[user_passes_test(is_staff)]
async fn all_of_three() {}

fn is_staff(member: &Member) -> bool {
    member.is_staff
}

/// What is true of a user, in the words of this test.
struct Person {
    name: &'static str,
    active: bool,
    superuser: bool,
    staff: bool,
    permissions: &'static [&'static str],
    through_group: bool,
}

const PEOPLE: [Person; 8] = [
    person("plain", true, false, &[]),
    person("publisher", true, false, &[PUBLISH]),
    person("editor", true, false, &[CHANGE]),
    person("chief", true, false, &[PUBLISH, CHANGE]),
    Person { through_group: true, staff: true, ..person("grouped", true, false, &[PUBLISH, CHANGE]) },
    person("gone", false, false, &[PUBLISH, CHANGE]),
    person("root", true, true, &[]),
    person("old-root", false, true, &[]),
];

const fn person(
    name: &'static str,
    active: bool,
    superuser: bool,
    permissions: &'static [&'static str],
) -> Person {
    Person { name, active, superuser, staff: false, permissions, through_group: false }
}

/// Says whether somebody may pass, from what is true of them alone.
fn may_pass(path: &str, person: Option<&Person>) -> bool {
    let Some(person) = person.filter(|person| person.active) else { return path == "/nobody_asked" };
    let has = |permission| person.superuser || person.permissions.contains(&permission);
    match path {
        "/nobody_asked" | "/login" => true,
        "/one" => has(PUBLISH),
        "/both" => has(PUBLISH) && has(CHANGE),
        "/either" => has(PUBLISH) || has(CHANGE),
        "/not" => !has(PUBLISH),
        "/test" => person.staff,
        "/all_of_three" => has(PUBLISH) && person.staff,
        path => panic!("no such guard: {path}"),
    }
}

const PATHS: [&str; 8] =
    ["/nobody_asked", "/login", "/one", "/both", "/either", "/not", "/test", "/all_of_three"];

fn routes() -> Router {
    Router::new()
        .route("/nobody_asked", any(nobody_asked))
        .route("/login", any(login))
        .route("/one", any(one))
        .route("/both", any(both))
        .route("/either", any(either))
        .route("/not", any(not))
        .route("/test", any(test))
        .route("/all_of_three", any(all_of_three))
}

async fn admit(site: &Site, person: &Person) -> Browser {
    let user = site.somebody(person.name).await;
    let users = site.auth.users();
    let permissions: Vec<_> = person.permissions.iter().map(|name| name.parse().unwrap()).collect();
    if person.through_group {
        let group = users.create_group(person.name).await.unwrap();
        users.grant(Holder::Group(&group), &permissions).await.unwrap();
        users.add_to_group(&user.id, &group).await.unwrap();
    } else {
        users.grant(Holder::User(&user.id), &permissions).await.unwrap();
    }
    let browser = site.browser_of(person.name).await;
    let user =
        Member { is_active: person.active, is_superuser: person.superuser, is_staff: person.staff, ..user };
    users.update_user(&user, &["is_active", "is_superuser", "is_staff"]).await.unwrap();
    browser
}

#[tokio::test]
async fn s14_guards_let_exactly_those_through_who_fulfil_them() {
    let mut site = Site::new().await;
    site.serve(routes());
    let layered = site.router.clone();
    let doubled = routes().layer(site.auth.layer()).layer(site.auth.layer());
    let mut people: Vec<(Option<&Person>, Browser, String)> = vec![(None, site.browser(), String::new())];
    for person in &PEOPLE {
        let mut browser = admit(&site, person).await;
        let token = browser.token("/token").await;
        assert!(browser.session().is_some(), "{} acts in somebody's name", person.name);
        people.push((Some(person), browser, token));
    }
    let mut cells = 0;
    for (person, browser, token) in &people {
        for path in PATHS {
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
                let is_safe = method == "GET" || method == "HEAD";
                let send_with = async |router: &Router, token: &str| {
                    let method = Method::from_bytes(method.as_bytes()).unwrap();
                    let request = browser.request(method, path).header("accept", HTML);
                    let request =
                        request.header("sec-fetch-site", "same-origin").header("x-csrftoken", token);
                    send(router, request.body(Body::empty()).unwrap()).await.status
                };
                let who = person.map_or("a visitor", |person| person.name);
                let expected = match (may_pass(path, *person), person.is_some_and(|person| person.active)) {
                    (true, _) => StatusCode::OK,
                    (false, true) => StatusCode::FORBIDDEN,
                    (false, false) => StatusCode::SEE_OTHER,
                };
                let status = send_with(&layered, token).await;
                assert_eq!(status, expected.as_u16(), "{method} {path} by {who}");

                let is_forged = expected == StatusCode::OK && person.is_some() && !is_safe;
                let expected = if is_forged { StatusCode::FORBIDDEN } else { expected };
                let status = send_with(&layered, "x").await;
                assert_eq!(status, expected.as_u16(), "{method} {path} by {who} with a wrong token");

                let status = send_with(&routes(), token).await;
                let expected = if path == "/nobody_asked" { 200 } else { 500 };
                assert_eq!(status, expected, "{method} {path} by {who} without the layer");

                let status = send_with(&doubled, token).await;
                assert_eq!(status, 500, "{method} {path} by {who} with two layers");
                cells += 4;
            }
        }
    }
    assert!(cells >= 294, "{cells}");
}
