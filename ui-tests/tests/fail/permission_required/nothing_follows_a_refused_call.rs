use djauth::{permission_required, permissions};

#[permissions(app = "blog", can_publish = "Can publish posts")]
struct Post;

#[permission_required("blog.can_publish", user = actor)]
fn publish(actor: &dyn djauth::Actor) {
    let _ = actor;
}

pub fn publish_all(actor: &dyn djauth::Actor) {
    publish(actor);
}

fn main() {}
