use djauth::permissions;

#[permissions(app = "blog", post::can_publish = "Can publish")]
struct Post;

fn main() {}
