use djauth::permissions;

#[permissions(app = "blog")]
struct PostPostPostPostPostPostPostPostPostPostPostPostPostPostPostPostPostPostPostPostPostPostPostPostPostPost;

fn main() {}
