use djauth::permissions;

#[permissions(app = "blog")]
impl Post {}

struct Post;

fn main() {}
