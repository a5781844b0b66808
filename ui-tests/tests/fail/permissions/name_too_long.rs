use djauth::permissions;

#[permissions(app = "blog", can_publish = "Can publish very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very long posts")]
struct Post;

fn main() {}
