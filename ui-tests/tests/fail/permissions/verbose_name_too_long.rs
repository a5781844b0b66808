use djauth::permissions;

#[permissions(app = "blog", verbose_name = "very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very very long post")]
struct Post;

fn main() {}
