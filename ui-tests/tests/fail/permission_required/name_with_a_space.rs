use djauth::permission_required;

#[permission_required("blog.can publish")]
async fn publish() {}

fn main() {}
