use djauth::permissions;

#[permissions(app = "blog", default_permissions("look at"))]
struct Post;

fn main() {}
