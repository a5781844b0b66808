use djauth::permissions;

#[permissions(app = "blog")]
fn publish() {}

fn main() {}
