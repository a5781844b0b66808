use djauth::guard::Public;

fn twice<T: Clone>(_: T) {}

fn pass(public: Public) {
    twice(public);
}

fn main() {}
