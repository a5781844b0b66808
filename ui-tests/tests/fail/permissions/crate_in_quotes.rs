use djauth::permissions;

#[permissions(app = "blog", crate = "djauth")]
struct Post;

fn main() {}
