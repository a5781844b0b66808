//! What djauth adds to a request, over a bare axum handler that gets the same cookie, in one run.
//!
//! `cargo bench -p djauth --bench requests`; a text behind `--` chooses the pages that have it in their name. Requests go to the router itself, without a network. The pages take turns
//! in short batches, and the median of the batches counts, so that a busy machine disturbs all alike. Allocations are
//! those of the thread that answers.
//!
//! A user's permissions are declared ones, as `#[permissions]` declares them; where the table says so, they are rows of
//! `auth_permission` that no code declares. The guard's own permission is always declared.

mod checks;
mod declared;
mod pages;
mod site;
mod turns;

use std::error::Error;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let directory = tempfile::tempdir()?;
    let in_memory = runtime.block_on(site::in_memory())?;
    let sqlite = runtime.block_on(site::sqlite(&directory.path().join("bench.db")))?;
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    pages::measure(&runtime, &in_memory, &sqlite, &wanted)?;
    checks::measure(&in_memory)
}
