use djauth::login_required;

struct Home;

#[async_trait::async_trait]
trait Page {
    async fn page(&self);
}

#[async_trait::async_trait]
impl Page for Home {
    #[login_required]
    async fn page(&self) {}
}

fn main() {}
