use djauth::{Permission, permissions};

#[permissions(app = "blog", default_permissions("add"))]
struct Post;

const CHANGE: Permission = Post::CHANGE;

fn main() {}
