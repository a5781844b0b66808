use djauth::permissions;

#[permissions(app = "blog")]
union Post {
    id: i64,
}

fn main() {}
