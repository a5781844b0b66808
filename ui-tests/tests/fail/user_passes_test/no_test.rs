use djauth::user_passes_test;

#[user_passes_test]
async fn edit() {}

fn main() {}
