use djauth::{guard::Public, login_not_required};

#[login_not_required]
async fn about() {}

fn main() {
    drop(about(Public {}));
}
