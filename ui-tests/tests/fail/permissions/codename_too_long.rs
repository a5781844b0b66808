use djauth::permissions;

#[permissions(app = "blog", can_publish_can_publish_can_publish_can_publish_can_publish_can_publish_can_publish_can_publish_can_publish_ = "Can publish")]
struct Post;

fn main() {}
