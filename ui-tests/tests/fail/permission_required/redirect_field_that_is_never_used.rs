use djauth::{permission_required, permissions};

#[permissions(app = "blog", can_publish = "Can publish posts")]
struct Post;

#[permission_required("blog.can_publish", redirect_field_name = "to", raise_exception)]
async fn publish() {}

fn main() {}
