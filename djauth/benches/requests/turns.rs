//! Taking turns, and the median.

use std::time::{Duration, Instant};

/// How long a batch lasts, about: long enough for the clock, and so short that few are interrupted on a busy machine.
const BATCH: Duration = Duration::from_micros(100);
const ROUNDS: usize = 1001;

/// Something to be measured: it does its work that many times, and returns how long that took.
pub(crate) type Work<'a> = Box<dyn FnMut(u32) -> Duration + 'a>;

/// Returns how many nanoseconds each piece of work takes once.
pub(crate) fn medians(mut works: Vec<Work<'_>>) -> Vec<f64> {
    let sizes: Vec<u32> = works.iter_mut().map(batch_size).collect();
    let mut times = vec![Vec::with_capacity(ROUNDS); works.len()];
    for _ in 0..ROUNDS {
        for ((work, size), times) in works.iter_mut().zip(&sizes).zip(&mut times) {
            times.push(work(*size).as_secs_f64() * 1e9 / f64::from(*size));
        }
    }
    times.into_iter().map(median).collect()
}

/// Times a closure that is so short that the loop around it must be as plain as this.
pub(crate) fn repeat(mut once: impl FnMut()) -> impl FnMut(u32) -> Duration {
    move |times| {
        let start = Instant::now();
        for _ in 0..times {
            once();
        }
        start.elapsed()
    }
}

/// Doubles the size until the batch is long enough; what is cold gets warm by it.
fn batch_size(work: &mut Work<'_>) -> u32 {
    let mut size = 1;
    while work(size) < BATCH && size < 1 << 20 {
        size *= 2;
    }
    size
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
