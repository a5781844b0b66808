use djauth::{permission_required, permissions};

#[permissions(app = "blog", can_publish = "Can publish posts")]
struct Post;

#[permission_required("Blog.Add_post")]
async fn publish() {}

fn main() {}
