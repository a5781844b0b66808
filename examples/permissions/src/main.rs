//! A site made of a blog and a shop. Their permissions are checked here, by name and by constant, though they are
//! declared in other crates: `"shop.refnud"` would not compile, nor a handler that nobody guards.

use axum::{Router, extract::Path};
use blog::Post;
use djauth::{User, axum::routing::get, prelude::*, store::Holder};
use shop::Order;

#[login_required]
async fn home(perms: Perms) -> Result<String, Rejection> {
    let mut places = Vec::new();
    // Whether to show a link is a question like any other; the page behind it guards itself.
    if perms.has_module_perms("blog") {
        places.push("/blog/posts/");
    }
    if perms.has_perm(Order::REFUND)? {
        places.push("/refund/7/");
    }
    Ok(places.join(" "))
}

#[permission_required("shop.view_order")]
async fn refund(Path(order): Path<u32>, perms: Perms) -> Result<String, Rejection> {
    Ok(shop::refund(&perms, order)?)
}

#[permission_required(any("shop.change_order", all(Post::CAN_PUBLISH, not("shop.refund"))))]
async fn figures() -> &'static str {
    "Figures for those who change orders, and for editors without a till."
}

/// Makes the site's groups, and gives them what they lack.
async fn make_groups(auth: &Auth<User>) -> djauth::Result<()> {
    let groups = [
        ("editors", vec![Post::VIEW, Post::CAN_PUBLISH, blog::Comment::VIEW]),
        ("clerks", vec![Order::VIEW, Order::CHANGE]),
    ];
    for (name, permissions) in groups {
        let group = match auth.users().get_group(name).await? {
            Some(group) => group,
            None => auth.users().create_group(name).await?,
        };
        let permissions: Vec<_> = permissions.into_iter().map(Into::into).collect();
        auth.users().grant(Holder::Group(&group), &permissions).await?;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> djauth::Result<()> {
    let auth = Auth::<User>::connect("sqlite://permissions.db").await?;
    auth.migrate().await?;
    make_groups(&auth).await?;
    let app = Router::new()
        .route("/", get(home))
        .route("/refund/{order}/", get(refund))
        .route("/figures/", get(figures))
        .nest("/blog", blog::urls())
        .nest("/accounts", auth.urls());
    djauth::manage(auth, app).await
}
