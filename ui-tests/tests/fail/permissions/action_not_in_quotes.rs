use djauth::permissions;

#[permissions(app = "blog", default_permissions(add, view))]
struct Post;

fn main() {}
