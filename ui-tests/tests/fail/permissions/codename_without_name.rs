use djauth::permissions;

#[permissions(app = "blog", can_publish)]
struct Post;

fn main() {}
