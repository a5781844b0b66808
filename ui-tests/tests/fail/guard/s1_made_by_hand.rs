use djauth::{guard::Guard, login_required};

#[login_required]
async fn home() {}

fn main() {
    drop(home(Guard::new()));
}
