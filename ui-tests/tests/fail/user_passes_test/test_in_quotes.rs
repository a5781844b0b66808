use djauth::user_passes_test;

#[user_passes_test("is_editor")]
async fn edit() {}

fn main() {}
