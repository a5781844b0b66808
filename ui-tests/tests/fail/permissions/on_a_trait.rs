use djauth::permissions;

#[permissions(app = "blog")]
trait Publish {}

fn main() {}
