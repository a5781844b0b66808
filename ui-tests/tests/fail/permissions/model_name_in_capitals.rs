use djauth::permissions;

#[permissions(app = "blog", model_name = "Post")]
struct Post;

fn main() {}
