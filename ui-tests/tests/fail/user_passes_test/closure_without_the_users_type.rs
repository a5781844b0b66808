use djauth::user_passes_test;

#[user_passes_test(|_| true)]
async fn edit() {}

fn main() {}
