//! Whole pages.

use std::time::{Duration, Instant};

use axum::{Router, body::Body, http::Request};
use rusqlite::Connection;
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::{
    Result,
    site::{COUNTS, LoggedIn, Site, UNDECLARED, bare, layered},
    turns::{Work, medians},
};

/// What the design allows a page, over the bare one: nanoseconds, and allocations where it says so.
#[derive(Clone, Copy)]
struct Target {
    nanoseconds: f64,
    allocations: Option<i64>,
}

const IN_MEMORY: Target = Target { nanoseconds: 200.0, allocations: Some(2) };
const SQLITE: Target = Target { nanoseconds: 12_000.0, allocations: None };

/// Changes something, so that nothing that was read before counts any more.
const WRITE: &str = "UPDATE auth_permission SET name = hex(randomblob(8)) WHERE id = 1";
/// So many requests of a batch are not timed, so that a page finds the processor as it would if it came often.
const WARM_UP: usize = 3;

struct Page<'a> {
    label: String,
    router: &'a Router,
    user: &'a LoggedIn,
    path: &'static str,
    target: Option<Target>,
    writer: Option<&'a Connection>,
}

impl Page<'_> {
    fn request(&self) -> Request<Body> {
        self.user.request(self.path)
    }

    fn work<'a>(&'a self, runtime: &'a Runtime) -> Work<'a> {
        Box::new(move |times| {
            let requests = || (0..times).map(|_| self.request()).collect::<Vec<_>>();
            let (warm_up, requests) = (requests(), requests());
            runtime.block_on(async {
                self.answer(warm_up.into_iter().take(WARM_UP)).await;
                match self.writer {
                    None => self.answer(requests).await,
                    Some(writer) => self.answer_after_writes(requests, writer).await,
                }
            })
        })
    }

    async fn answer(&self, requests: impl IntoIterator<Item = Request<Body>>) -> Duration {
        let start = Instant::now();
        for request in requests {
            let _ = self.router.clone().oneshot(request).await;
        }
        start.elapsed()
    }

    /// Answers each request right after somebody else has written, which is not timed.
    async fn answer_after_writes(&self, requests: Vec<Request<Body>>, writer: &Connection) -> Duration {
        let mut time = Duration::ZERO;
        for request in requests {
            writer.execute(WRITE, []).expect("a database that can be written");
            time += self.answer([request]).await;
        }
        time
    }

    fn allocations(&self, runtime: &Runtime) -> Result<i64> {
        let (request, mut status) = (self.request(), None);
        let counted = allocation_counter::measure(|| {
            status = runtime.block_on(self.router.clone().oneshot(request)).ok().map(|page| page.status());
        });
        match status {
            Some(status) if status.is_success() => Ok(i64::try_from(counted.count_total)?),
            other => Err(format!("{} answered {other:?}", self.label).into()),
        }
    }
}

/// Measures every page and prints the table.
pub(crate) fn measure(runtime: &Runtime, in_memory: &Site, sqlite: &Site, wanted: &str) -> Result<()> {
    let (bare, layered) = (bare(), layered());
    let mut pages = pages([&bare, &layered], in_memory, sqlite);
    pages.retain(|page| page.target.is_none() || page.label.contains(wanted));
    // The first request of all reads what is kept afterwards, such as the keys of permissions.
    for page in &pages {
        page.allocations(runtime)?;
    }
    let allocations = pages.iter().map(|page| page.allocations(runtime)).collect::<Result<Vec<_>>>()?;
    let times = medians(pages.iter().map(|page| page.work(runtime)).collect());
    println!(
        "{:44} {:>10} {:>7} {:>10} {:>7} {:>7}  target",
        "page", "time", "ratio", "over base", "allocs", "more"
    );
    for ((page, time), allocations_of_page) in pages.iter().zip(&times).zip(&allocations) {
        let (more, more_allocations) = (time - times[0], allocations_of_page - allocations[0]);
        println!(
            "{:44} {:>7.0} ns {:>7.2} {:>7.0} ns {:>7} {:>7}  {}",
            page.label,
            time,
            time / times[0],
            more,
            allocations_of_page,
            more_allocations,
            page.target.map(|target| target.verdict(more, more_allocations)).unwrap_or_default(),
        );
    }
    Ok(())
}

fn pages<'a>([bare, layered]: [&'a Router; 2], in_memory: &'a Site, sqlite: &'a Site) -> Vec<Page<'a>> {
    let page = |label: String, site: &'a Site, user: usize, path, target| Page {
        label,
        router: &site.router,
        user: &site.users[user],
        path,
        target: Some(target),
        writer: None,
    };
    let without = |label: &str, router| Page {
        router,
        target: None,
        ..page(label.into(), in_memory, 0, "/bare", IN_MEMORY)
    };
    let mut pages = vec![
        without("bare axum handler", bare),
        without("the same behind a layer that does nothing", layered),
        page("public, no user asked".into(), in_memory, 0, "/public", IN_MEMORY),
    ];
    for (store, site, target) in [("memory", in_memory, IN_MEMORY), ("SQLite", sqlite, SQLITE)] {
        pages.push(page(format!("{store}, #[login_required]"), site, 0, "/login", target));
        for (user, count) in COUNTS.into_iter().enumerate() {
            pages.push(page(
                format!("{store}, permission guard, user has {count}"),
                site,
                user,
                "/permission",
                target,
            ));
        }
        pages.push(page(format!("{store}, the same and a check, user has 10"), site, 0, "/twice", target));
    }
    let label = format!("SQLite, permission guard, {UNDECLARED} undeclared");
    pages.push(page(label, sqlite, COUNTS.len(), "/permission", SQLITE));
    for (user, count) in COUNTS.into_iter().enumerate() {
        let label = format!("SQLite, after a write, user has {count}");
        pages.push(Page {
            writer: sqlite.writer.as_ref(),
            ..page(label, sqlite, user, "/permission", SQLITE)
        });
    }
    pages
}

impl Target {
    fn verdict(self, nanoseconds: f64, allocations: i64) -> String {
        let met = nanoseconds <= self.nanoseconds && self.allocations.is_none_or(|most| allocations <= most);
        let allocations = self.allocations.map(|most| format!(", {most} allocations")).unwrap_or_default();
        format!("+{} ns{allocations}: {}", self.nanoseconds, if met { "met" } else { "missed" })
    }
}
