use djauth::permissions;

#[permissions(app = "blog", app = "news")]
struct Post;

fn main() {}
