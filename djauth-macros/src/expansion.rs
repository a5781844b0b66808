//! What every macro expands to, pretty-printed into `tests/expand` (rule S16).
//!
//! After a change write the files anew with `INSTA_UPDATE=always cargo test -p djauth-macros`, and read the difference.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

fn snapshot(name: &str, expansion: TokenStream) {
    let file = syn::parse2(expansion).expect("the expansion is a sequence of items");
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path("../tests/expand");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, prettyplease::unparse(&file)));
}

#[test]
fn auth_user() {
    let member = crate::auth_user::derive(&parse_quote! {
        #[auth(app = "accounts")]
        pub struct Member {
            pub id: i64,
            #[auth(username, email)]
            pub email: String,
            pub password: PasswordHash,
            pub last_login: Option<OffsetDateTime>,
            pub is_active: bool,
            pub is_superuser: bool,
            pub nickname: Option<String>,
        }
    });
    snapshot("auth_user", member);
}

#[test]
fn auth_user_with_every_field_of_django() {
    let user = crate::auth_user::derive(&parse_quote! {
        #[auth(app = "auth", required_fields(email))]
        struct User {
            id: i32,
            password: PasswordHash,
            last_login: Option<OffsetDateTime>,
            is_superuser: bool,
            username: String,
            first_name: String,
            last_name: String,
            email: String,
            is_staff: bool,
            is_active: bool,
            date_joined: OffsetDateTime,
        }
    });
    snapshot("auth_user_with_every_field_of_django", user);
}

#[test]
fn auth_user_with_options_and_generics() {
    let user = crate::auth_user::derive(&parse_quote! {
        #[auth(app = "accounts", table = "people", required_fields(r#type), crate = crate)]
        struct Person<K: UserId, T>
        where
            T: ColumnValue + Clone + Send + Sync + 'static,
        {
            #[auth(id, column = "person_id")]
            key: K,
            #[auth(username, max_length = 30)]
            name: String,
            #[auth(password)]
            secret: PasswordHash,
            #[auth(unique, default = kind())]
            r#type: T,
            #[auth(default)]
            level: i32,
        }
    });
    snapshot("auth_user_with_options_and_generics", user);
}

#[test]
fn auth_user_with_a_mistake() {
    snapshot(
        "auth_user_with_a_mistake",
        crate::auth_user::derive(&parse_quote!(
            enum Member {}
        )),
    );
}

#[test]
fn permissions() {
    let args = quote!(app = "blog", can_publish = "Can publish posts");
    snapshot(
        "permissions",
        crate::permissions::attribute(
            args,
            &quote!(
                pub struct Post {}
            ),
        ),
    );
}

#[test]
fn permissions_with_options_and_generics() {
    let args = quote!(
        app = "blog",
        model_name = "entry",
        verbose_name = "blog entry",
        default_permissions("view"),
        r#move = "Can move",
        crate = crate,
    );
    let item = quote!(
        struct BlogPost<'a, T>(&'a T)
        where
            T: ?Sized;
    );
    snapshot("permissions_with_options_and_generics", crate::permissions::attribute(args, &item));
}

#[test]
fn permissions_with_a_mistake() {
    let args = quote!(app = "blog", default_permissions(), x = "Can x", x = "Can x");
    snapshot(
        "permissions_with_a_mistake",
        crate::permissions::attribute(
            args,
            &quote!(
                struct Post;
            ),
        ),
    );
}

#[test]
fn login_required() {
    let item = quote!(
        pub(crate) async fn home(State(app): State<App>) -> String {
            app.greeting()
        }
    );
    snapshot("login_required", crate::login_required::attribute(TokenStream::new(), &item));
}

#[test]
fn login_required_with_options() {
    let args = quote!(login_url = "/in", redirect_field_name = "to", crate = ::auth);
    snapshot(
        "login_required_with_options",
        crate::login_required::attribute(
            args,
            &quote!(
                async fn home() {}
            ),
        ),
    );
}

#[test]
fn login_required_with_a_mistake() {
    let args = TokenStream::new();
    snapshot(
        "login_required_with_a_mistake",
        crate::login_required::attribute(
            args,
            &quote!(
                fn home() {}
            ),
        ),
    );
}

#[test]
fn login_not_required() {
    let args = TokenStream::new();
    snapshot(
        "login_not_required",
        crate::login_not_required::attribute(
            args,
            &quote!(
                async fn about() {}
            ),
        ),
    );
}

#[test]
fn permission_required() {
    let args = quote!("blog.can_publish");
    snapshot(
        "permission_required",
        crate::permission_required::attribute(
            args,
            &quote!(
                async fn publish() {}
            ),
        ),
    );
}

#[test]
fn permission_required_with_options() {
    let args = quote!(Post::CAN_PUBLISH, any("blog.add_post", not(all(Post::VIEW))), raise_exception);
    let item = quote!(
        async fn publish() {}
    );
    snapshot("permission_required_with_options", crate::permission_required::attribute(args, &item));
}

#[test]
fn permission_required_of_a_call() {
    let args = quote!(Post::CAN_PUBLISH, user = actor);
    let item = quote!(
        fn publish(&mut self, actor: &Perms) -> Result<(), PermissionDenied> {
            self.published = true;
            Ok(())
        }
    );
    snapshot("permission_required_of_a_call", crate::permission_required::attribute(args, &item));
}

#[test]
fn s14_guards_stand_in_the_order_of_their_attributes() {
    let item = quote!(
        async fn publish(_: ::djauth::__private::Guard<First>, id: Path<i64>) {}
    );
    let expansion = crate::login_required::attribute(TokenStream::new(), &item);
    snapshot("s14_guards_stand_in_the_order_of_their_attributes", expansion);
}

#[test]
fn user_passes_test() {
    let args = quote!(is_editor::<Member>, login_url = "/in");
    snapshot(
        "user_passes_test",
        crate::user_passes_test::attribute(
            args,
            &quote!(
                async fn edit() {}
            ),
        ),
    );
}

#[test]
fn auth_backend() {
    let args = quote!(alias = "accounts.backends.CardBackend");
    let item = quote!(
        impl AuthBackend<Member> for CardBackend {
            async fn authenticate(&self) {}
        }
    );
    snapshot("auth_backend", crate::auth_backend::attribute(args, &item));
}

#[test]
fn receiver() {
    let item = quote!(
        async fn greet(event: &UserLoggedIn<Member>) -> djauth::Result<()> {
            Ok(())
        }
    );
    snapshot("receiver", crate::receiver::attribute(TokenStream::new(), &item));
}
