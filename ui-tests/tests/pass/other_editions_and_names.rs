//! The same program in the edition before, and in a crate that renames djauth.

fn main() {
    let _ = (edition_2021::app(), renamed::app());
}
