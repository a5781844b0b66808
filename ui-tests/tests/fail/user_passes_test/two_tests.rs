use djauth::user_passes_test;

struct Member;

fn is_editor(_: &Member) -> bool {
    true
}

fn is_adult(_: &Member) -> bool {
    true
}

#[user_passes_test(is_editor, is_adult)]
async fn edit() {}

fn main() {}
