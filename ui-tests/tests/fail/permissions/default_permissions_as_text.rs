use djauth::permissions;

#[permissions(app = "blog", default_permissions = "add")]
struct Post;

fn main() {}
