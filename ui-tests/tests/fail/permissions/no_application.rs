use djauth::permissions;

#[permissions]
struct Post;

fn main() {}
