use djauth::permissions;

#[permissions(app = blog)]
struct Post;

fn main() {}
