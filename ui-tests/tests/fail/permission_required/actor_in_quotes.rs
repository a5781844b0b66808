use djauth::{permission_required, permissions};

#[permissions(app = "blog", can_publish = "Can publish posts")]
struct Post;

#[permission_required("blog.can_publish", user = "actor")]
fn publish(actor: &dyn djauth::Actor) -> djauth::Result<()> {
    let _ = actor;
    Ok(())
}

fn main() {}
