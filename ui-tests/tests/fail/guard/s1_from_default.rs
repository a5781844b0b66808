use djauth::login_required;

#[login_required]
async fn home() {}

fn main() {
    drop(home(Default::default()));
}
