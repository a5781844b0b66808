use djauth::permissions;

#[permissions(app = "blog", permissions = [("can_publish", "Can publish posts")])]
struct Post;

fn main() {}
