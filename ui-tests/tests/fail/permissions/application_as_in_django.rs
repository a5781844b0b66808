use djauth::permissions;

#[permissions(app_label = "blog", app = "blog")]
struct Post;

fn main() {}
