use djauth::receiver;

#[receiver]
struct Warning;

fn main() {}
