use djauth::permissions;

#[permissions(app = "blog", can_publish = CanPublish)]
struct Post;

fn main() {}
