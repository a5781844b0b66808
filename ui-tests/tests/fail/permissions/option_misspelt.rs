use djauth::permissions;

#[permissions(app = "blog", verbose_nmae = "entry")]
struct Post;

fn main() {}
