use djauth::{permission_required, permissions};

#[permissions(app = "blog")]
struct Post;

#[permission_required(&Post::ADD)]
async fn add() -> &'static str {
    "added"
}

fn main() {}
