use djauth::login_required;

#[login_required]
impl Home {
    async fn get() {}
}

struct Home;

fn main() {}
