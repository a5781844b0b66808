use djauth::permissions;

#[permissions(app = "my.blog")]
struct Post;

fn main() {}
