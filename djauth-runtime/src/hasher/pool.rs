//! Threads that only hash: no async worker ever waits for a password, and no more hashes run than there are cores.

use std::{
    fmt,
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
};

use tokio::sync::oneshot;

use crate::error::{Result, Unavailable};

/// How many jobs may wait for each thread: about a second's worth at the recommended costs.
const QUEUE_PER_THREAD: usize = 64;

type Job = Box<dyn FnOnce() + Send>;

/// A fixed number of threads with a queue of limited length (rule S28). Clones share both.
///
/// A job belongs to the pool from the moment it is accepted. A client that goes away takes nothing with it: its job is
/// dropped when its turn comes, or its result is when it was running already.
#[derive(Clone)]
pub struct HashingPool {
    queue: SyncSender<Job>,
}

impl HashingPool {
    /// Starts one thread for each core, and a queue that holds about a second of work.
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) when the system refuses a thread.
    pub fn start() -> Result<Self> {
        let threads = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        Self::with(threads, threads.get() * QUEUE_PER_THREAD)
    }

    /// Starts this many threads. Beside the jobs they are at, at most `waiting` are accepted.
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) when the system refuses a thread.
    pub fn with(threads: NonZero<usize>, waiting: usize) -> Result<Self> {
        let (queue, jobs) = sync_channel::<Job>(waiting);
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 1..=threads.get() {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new()
                .name(format!("djauth-hasher-{number}"))
                .spawn(move || work(&jobs))
                .map_err(|error| Unavailable::new("a thread for password hashing", error))?;
        }
        Ok(Self { queue })
    }

    /// Runs a job on one of the threads, and returns its result. Works under any async runtime.
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) when the queue is full, or the job panicked.
    pub async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let (answer, result) = oneshot::channel();
        let job = move || {
            if !answer.is_closed() {
                // The client may go away in the meantime; then there is nobody to tell.
                let _ = answer.send(job());
            }
        };
        self.queue.try_send(Box::new(job)).map_err(|error| match error {
            TrySendError::Full(_) => Unavailable::overloaded("password hashing"),
            TrySendError::Disconnected(_) => Unavailable::new("password hashing", "its threads have ended"),
        })?;
        Ok(result.await.map_err(|_| Unavailable::new("password hashing", "the hasher panicked"))?)
    }
}

impl fmt::Debug for HashingPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashingPool").finish_non_exhaustive()
    }
}

/// Takes one job after the other until the last clone of the pool is gone.
fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // A job that panics must not cost the pool a thread. Its client is told by the answer that never comes.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::error::Error;

    const ONE: NonZero<usize> = NonZero::<usize>::MIN;

    /// Occupies the only thread of a pool until the returned sender is used or dropped.
    fn occupy(pool: &HashingPool) -> SyncSender<()> {
        let (release, released) = sync_channel(0);
        let (started, has_started) = sync_channel(0);
        let job = Box::new(move || {
            started.send(()).unwrap();
            let _ = released.recv();
        });
        pool.queue.try_send(job).unwrap();
        has_started.recv().unwrap();
        release
    }

    #[tokio::test]
    async fn s28_a_full_queue_is_overload_and_recovers() {
        let pool = HashingPool::with(ONE, 1).unwrap();
        let release = occupy(&pool);
        let waiting = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(|| 1).await }
        });
        tokio::task::yield_now().await;
        let refused = pool.run(|| 2).await.unwrap_err();
        assert!(matches!(&refused, Error::Unavailable(_)), "{refused}");
        assert_eq!(refused.to_string(), "password hashing is overloaded; try again in a moment");
        drop(release);
        assert_eq!(waiting.await.unwrap().unwrap(), 1);
        assert_eq!(pool.run(|| 3).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn s28_a_thousand_vanished_clients_cost_no_place() {
        let pool = HashingPool::with(ONE, 1000).unwrap();
        let release = occupy(&pool);
        let ran = Arc::new(AtomicUsize::new(0));
        for _ in 0..1000 {
            let ran = Arc::clone(&ran);
            let mut client = Box::pin(pool.run(move || ran.fetch_add(1, Ordering::Relaxed)));
            // One poll puts the job into the queue; then the client goes away.
            assert!(tokio::time::timeout(std::time::Duration::ZERO, client.as_mut()).await.is_err());
        }
        assert!(pool.run(|| ()).await.is_err());
        drop(release);
        while pool.run(|| ()).await.is_err() {
            tokio::task::yield_now().await;
        }
        assert_eq!(ran.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_panic_costs_its_client_an_answer_and_the_pool_no_thread() {
        let pool = HashingPool::with(ONE, 1).unwrap();
        assert!(matches!(pool.run(|| panic!("on purpose")).await, Err(Error::Unavailable(_))));
        assert_eq!(pool.run(|| 1).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn s28_no_more_jobs_run_than_there_are_threads() {
        let pool = HashingPool::with(NonZero::new(2).unwrap(), 64).unwrap();
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let jobs: Vec<_> = (0..32)
            .map(|_| {
                let (pool, running, most) = (pool.clone(), Arc::clone(&running), Arc::clone(&most));
                tokio::spawn(async move {
                    let job = move || {
                        most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        thread::sleep(std::time::Duration::from_millis(1));
                        running.fetch_sub(1, Ordering::SeqCst);
                    };
                    pool.run(job).await
                })
            })
            .collect();
        for job in jobs {
            job.await.unwrap().unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }
}
