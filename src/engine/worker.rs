//! A thread that owns an engine, with a bounded queue in front of it.

use std::{
    collections::VecDeque,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc},
    thread::JoinHandle,
    time::Instant,
};

use super::{Engine, EngineError, Event, JobId, Observer, Painted, Progress, Request, Stage, Upcoming};
use crate::raster::Picture;

/// Jobs that may wait. A board of 200 panels with variants fits.
const QUEUE_LIMIT: usize = 1024;
/// Events that may wait for a reader before the worker pauses.
const EVENT_LIMIT: usize = 4096;

/// The newest picture of the job at work.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Which job.
    pub job: JobId,
    /// The emerging picture.
    pub picture: Picture,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<(JobId, Request)>,
    at_work: Option<JobId>,
    cancel_at_work: bool,
    /// Cancelled while waiting, not yet reported. They keep their place in
    /// the event stream: the thread reports them, nobody else does.
    cancelled: Vec<JobId>,
    paused: bool,
    ending: bool,
    preview: Option<Preview>,
    wants_preview: bool,
    next_job: u64,
}

struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // The queue is plain data and every change to it is a single
        // assignment or push, so it stays sound when a holder panicked.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs an engine on its own thread.
///
/// Dropping it cancels what is at work and waits for the thread to end, which
/// takes at most one step.
pub struct Worker {
    shared: Arc<Shared>,
    events: mpsc::Receiver<Event>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread `painter`, which builds the engine itself, because a
    /// device belongs to the thread that opened it.
    ///
    /// `wake` is called after each event, from the worker's thread, so that a
    /// sleeping window looks at it. When `build` fails, each job fails with
    /// that error.
    ///
    /// # Errors
    /// [`EngineError::Fault`] when the system grants no thread.
    pub fn spawn<E: Engine>(
        build: impl FnOnce() -> Result<E, EngineError> + Send + 'static,
        wake: impl Fn() + Send + 'static,
    ) -> Result<Self, EngineError> {
        let shared = Arc::new(Shared { queue: Mutex::default(), changed: Condvar::new() });
        let (sender, events) = mpsc::sync_channel(EVENT_LIMIT);
        let thread = std::thread::Builder::new()
            .name("painter".into())
            .spawn({
                let shared = shared.clone();
                move || run(&shared, build, &Outbox { sender, wake: Box::new(wake) })
            })
            .map_err(|e| EngineError::Fault(format!("the system grants no thread: {e}")))?;
        Ok(Self { shared, events, thread: Some(thread) })
    }

    /// Puts a request at the end of the queue.
    ///
    /// # Errors
    /// [`EngineError::QueueFull`], [`EngineError::Ended`].
    pub fn submit(&self, request: Request) -> Result<JobId, EngineError> {
        let mut queue = self.shared.lock();
        if self.thread.as_ref().is_none_or(JoinHandle::is_finished) {
            return Err(EngineError::Ended);
        }
        if queue.waiting.len() >= QUEUE_LIMIT {
            return Err(EngineError::QueueFull(queue.waiting.len()));
        }
        queue.next_job += 1;
        let job = JobId(queue.next_job);
        queue.waiting.push_back((job, request));
        self.shared.changed.notify_all();
        Ok(job)
    }

    /// Stops a job: at once when it waits, within a step when it is at work.
    /// A job that has ended already is left alone.
    pub fn cancel(&self, job: JobId) {
        let mut queue = self.shared.lock();
        if queue.at_work == Some(job) {
            queue.cancel_at_work = true;
        } else if let Some(place) = queue.waiting.iter().position(|(id, _)| *id == job) {
            queue.waiting.remove(place);
            queue.cancelled.push(job);
        }
        self.shared.changed.notify_all();
    }

    /// Stops every job.
    pub fn cancel_all(&self) {
        let mut queue = self.shared.lock();
        let waiting: Vec<_> = queue.waiting.drain(..).map(|(job, _)| job).collect();
        queue.cancelled.extend(waiting);
        queue.cancel_at_work = queue.at_work.is_some();
        self.shared.changed.notify_all();
    }

    /// Moves a waiting job to this place among those that wait (0 = next).
    pub fn move_to(&self, job: JobId, place: usize) {
        let mut queue = self.shared.lock();
        if let Some(from) = queue.waiting.iter().position(|(id, _)| *id == job)
            && let Some(entry) = queue.waiting.remove(from)
        {
            let place = place.min(queue.waiting.len());
            queue.waiting.insert(place, entry);
        }
    }

    /// Holds back jobs that wait (the one at work goes on), or lets them go.
    pub fn set_paused(&self, paused: bool) {
        self.shared.lock().paused = paused;
        self.shared.changed.notify_all();
    }

    /// Whether previews are wanted; they cost time. Off at first.
    pub fn set_previews(&self, wanted: bool) {
        self.shared.lock().wants_preview = wanted;
    }

    /// The jobs that wait, next first.
    pub fn waiting(&self) -> Vec<JobId> {
        self.shared.lock().waiting.iter().map(|(job, _)| *job).collect()
    }

    /// The job at work.
    pub fn at_work(&self) -> Option<JobId> {
        self.shared.lock().at_work
    }

    /// The next event, if there is one. Never blocks.
    pub fn try_event(&self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// Waits for the next event; `None` when the thread has ended.
    pub fn next_event(&self) -> Option<Event> {
        self.events.recv().ok()
    }

    /// Takes the newest preview, if there is one that was not yet taken.
    pub fn take_preview(&self) -> Option<Preview> {
        self.shared.lock().preview.take()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.cancel_all();
        self.shared.lock().ending = true;
        self.shared.changed.notify_all();
        // A worker that waits to hand over an event must find the reader gone.
        let (_, gone) = mpsc::sync_channel(0);
        drop(std::mem::replace(&mut self.events, gone));
        if let Some(thread) = self.thread.take() {
            // The thread catches panics of the engine; were there one left,
            // there is nobody to tell at this point.
            let _ = thread.join();
        }
    }
}

struct Outbox {
    sender: mpsc::SyncSender<Event>,
    wake: Box<dyn Fn() + Send>,
}

impl Outbox {
    fn send(&self, event: Event) {
        // A gone reader is being dropped and wants no events.
        let _ = self.sender.send(event);
        (self.wake)();
    }
}

enum Task {
    Report(Vec<JobId>),
    Paint(JobId, Box<Request>),
    End,
}

fn next_task(shared: &Shared) -> Task {
    let mut queue = shared.lock();
    loop {
        if !queue.cancelled.is_empty() {
            return Task::Report(std::mem::take(&mut queue.cancelled));
        }
        if queue.ending {
            return Task::End;
        }
        if !queue.paused
            && let Some((job, request)) = queue.waiting.pop_front()
        {
            queue.at_work = Some(job);
            queue.cancel_at_work = false;
            return Task::Paint(job, Box::new(request));
        }
        queue = shared.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
    }
}

fn run<E: Engine>(shared: &Shared, build: impl FnOnce() -> Result<E, EngineError>, outbox: &Outbox) {
    let mut engine = None;
    let mut build = Some(build);
    let mut refusal = None;
    loop {
        let (job, request) = match next_task(shared) {
            Task::End => return,
            Task::Report(jobs) => {
                jobs.into_iter().for_each(|job| outbox.send(Event::Cancelled { job }));
                continue;
            }
            Task::Paint(job, request) => (job, request),
        };
        outbox.send(Event::Started { job });
        // The engine is built by the first job, so that a window that only
        // shows a board opens no device.
        if let Some(build) = build.take() {
            match guarded(build) {
                Ok(built) => engine = Some(built),
                Err(error) => refusal = Some(Arc::new(error)),
            }
        }
        let outcome = match (&mut engine, &refusal) {
            (Some(engine), _) => {
                engine.foresee(shared.lock().waiting.iter().map(|(_, next)| Upcoming::of(next)).collect());
                let mut observer = JobObserver { shared, outbox, job, denoising_since: None };
                guarded(|| engine.paint(&request, &mut observer)).map_err(Arc::new)
            }
            (None, Some(error)) => Err(error.clone()),
            (None, None) => Err(Arc::new(EngineError::Ended)),
        };
        finish(shared);
        outbox.send(match outcome {
            Ok(painted) => Event::Finished { job, painted: Arc::new(painted) },
            Err(error) if matches!(*error, EngineError::Cancelled) => Event::Cancelled { job },
            Err(error) => Event::Failed { job, error },
        });
    }
}

fn finish(shared: &Shared) {
    let mut queue = shared.lock();
    queue.at_work = None;
    queue.cancel_at_work = false;
    queue.preview = None;
}

/// Turns a panic into an error: graphics drivers and the tensor library report
/// some failures (a lost device, no memory) only by panicking.
fn guarded<T>(work: impl FnOnce() -> Result<T, EngineError>) -> Result<T, EngineError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let text = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        let lower = text.to_lowercase();
        let why = text.lines().next().unwrap_or(text).to_owned();
        Err(if lower.contains("out of memory") || lower.contains("outofmemory") {
            EngineError::OutOfMemory { why }
        } else if lower.contains("device") || lower.contains("wgpu") || lower.contains("adapter") {
            EngineError::Device { device: "graphics device".into(), why }
        } else {
            EngineError::Fault(why)
        })
    })
}

struct JobObserver<'a> {
    shared: &'a Shared,
    outbox: &'a Outbox,
    job: JobId,
    denoising_since: Option<(Instant, u32)>,
}

impl Observer for JobObserver<'_> {
    fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        let left_secs = match (progress.stage, self.denoising_since) {
            (Stage::Denoising, None) => {
                self.denoising_since = Some((Instant::now(), progress.step));
                None
            }
            (Stage::Denoising, Some((since, first))) if progress.step > first => {
                let per_step = since.elapsed().as_secs_f32() / (progress.step - first) as f32;
                Some(per_step * progress.steps.saturating_sub(progress.step) as f32)
            }
            _ => None,
        };
        self.outbox.send(Event::Progress { job: self.job, progress, left_secs });
        if self.shared.lock().cancel_at_work { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn wants_preview(&self) -> bool {
        self.shared.lock().wants_preview
    }

    fn preview(&mut self, picture: Picture) {
        self.shared.lock().preview = Some(Preview { job: self.job, picture });
        (self.outbox.wake)();
    }

    fn warning(&mut self, text: String) {
        self.outbox.send(Event::Warning { job: self.job, text });
    }
}

/// Paints one picture on this thread, without a queue: for the command line.
///
/// A panic becomes an error, as in the worker.
///
/// # Errors
/// What [`Engine::paint`] returns.
pub fn paint_here<E: Engine>(
    engine: &mut E,
    request: &Request,
    observer: &mut dyn Observer,
) -> Result<Painted, EngineError> {
    guarded(|| engine.paint(request, observer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fake::FakeEngine;

    fn worker(engine: FakeEngine) -> Worker {
        Worker::spawn(move || Ok(engine), || {}).unwrap()
    }

    fn wait_for_end(worker: &Worker, job: JobId) -> Event {
        loop {
            let event = worker.next_event().expect("the worker lives");
            match event {
                Event::Finished { job: id, .. }
                | Event::Cancelled { job: id }
                | Event::Failed { job: id, .. }
                    if id == job =>
                {
                    return event;
                }
                _ => {}
            }
        }
    }

    #[test]
    fn jobs_end_in_order_with_progress() {
        let worker = worker(FakeEngine::default());
        worker.set_previews(true);
        let first = worker.submit(Request::new("a fox", 1)).unwrap();
        let second = worker.submit(Request::new("an owl", 2)).unwrap();
        assert!(matches!(wait_for_end(&worker, first), Event::Finished { .. }));
        let Event::Finished { painted, .. } = wait_for_end(&worker, second) else {
            panic!("the second job finishes");
        };
        assert!(painted.parameters.iter().any(|(k, v)| k == "prompt" && v == "an owl"));
    }

    #[test]
    fn waiting_and_working_jobs_can_be_cancelled() {
        let (engine, gate) = FakeEngine::gated();
        let worker = worker(engine);
        let working = worker.submit(Request::new("a", 1)).unwrap();
        let waiting = worker.submit(Request::new("b", 2)).unwrap();
        let last = worker.submit(Request::new("c", 3)).unwrap();
        gate.wait_until_painting();
        worker.move_to(last, 0);
        assert_eq!(worker.waiting(), [last, waiting]);
        worker.cancel(waiting);
        worker.cancel(working);
        gate.open();
        assert!(matches!(wait_for_end(&worker, working), Event::Cancelled { .. }));
        assert!(matches!(wait_for_end(&worker, waiting), Event::Cancelled { .. }));
        assert!(matches!(wait_for_end(&worker, last), Event::Finished { .. }));
        worker.cancel(last);
        assert_eq!(worker.at_work(), None);
    }

    #[test]
    fn failures_and_panics_leave_the_worker_alive() {
        let worker = worker(FakeEngine::default());
        for (prompt, out_of_memory) in [("!fail", false), ("!panic", false), ("!panic out of memory", true)] {
            let job = worker.submit(Request::new(prompt, 1)).unwrap();
            let Event::Failed { error, .. } = wait_for_end(&worker, job) else {
                panic!("{prompt} fails");
            };
            assert_eq!(matches!(*error, EngineError::OutOfMemory { .. }), out_of_memory, "{error}");
        }
        let job = worker.submit(Request::new("a fox", 1)).unwrap();
        assert!(matches!(wait_for_end(&worker, job), Event::Finished { .. }));
    }

    #[test]
    fn an_engine_that_cannot_be_built_fails_each_job() {
        let build = || Err::<FakeEngine, _>(EngineError::Model("no such folder".into()));
        let worker = Worker::spawn(build, || {}).unwrap();
        for _ in 0..2 {
            let job = worker.submit(Request::new("a fox", 1)).unwrap();
            assert!(matches!(wait_for_end(&worker, job), Event::Failed { .. }));
        }
    }

    #[test]
    fn dropping_a_busy_worker_ends_it() {
        let (engine, gate) = FakeEngine::gated();
        let worker = worker(engine);
        worker.submit(Request::new("a", 1)).unwrap();
        worker.submit(Request::new("b", 1)).unwrap();
        gate.wait_until_painting();
        gate.open();
        drop(worker);
    }
}
