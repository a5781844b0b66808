use djauth::user_passes_test;

struct Member;

async fn is_editor(_: &Member) -> bool {
    true
}

#[user_passes_test(is_editor)]
async fn edit() {}

fn main() {}
