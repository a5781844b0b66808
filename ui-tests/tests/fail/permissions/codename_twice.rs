use djauth::permissions;

#[permissions(app = "blog", can_publish = "Can publish", can_publish = "Can print")]
struct Post;

fn main() {}
