use djauth::login_required;

struct Home;

impl Home {
    #[login_required]
    async fn get(&self) {}
}

fn main() {}
