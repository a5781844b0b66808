use djauth::login_required;

trait Home {
    #[login_required]
    async fn home();
}

fn main() {}
