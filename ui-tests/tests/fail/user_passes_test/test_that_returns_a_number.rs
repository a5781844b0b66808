use djauth::user_passes_test;

struct Member;

fn is_editor(_: &Member) -> i32 {
    1
}

#[user_passes_test(is_editor)]
async fn edit() {}

fn main() {}
