use djauth::permissions;

#[permissions(app = "blog", add = "Can add anything")]
struct Post;

fn main() {}
