use djauth::permissions;

#[permissions(app = "blog", add_post = "Can write posts")]
struct Post;

fn main() {}
