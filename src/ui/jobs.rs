//! Which panel each job paints for, how far it is, and why one failed.
//!
//! A job belongs to a panel by the panel's id, so that its picture finds home
//! even when the board has changed meanwhile.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{Hash, Hasher},
    time::Instant,
};

use egui::TextureHandle;

use crate::{
    engine::{JobId, Progress, Request, Stage},
    raster::ImageId,
    storyboard::{PaintedWith, PanelId},
};

/// What is to be painted, kept so that it can be tried again.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The panel it is for.
    pub panel: PanelId,
    /// What the new version's `prompt` becomes: for a part that is repainted,
    /// the prompt of the whole picture.
    pub prompt: String,
    /// What the engine gets.
    pub request: Request,
    /// What the new version is painted with; for a part that is repainted, what
    /// the whole picture was.
    pub with: Option<PaintedWith>,
    /// The picture whose part is repainted.
    pub part_of: Option<ImageId>,
    /// The member of the cast whose portrait it is; `panel` is then
    /// [`portrait_slot`].
    pub portrait_of: Option<String>,
}

/// Where the portrait of a member of the cast stands among the jobs: under a
/// name that no panel has.
pub fn portrait_slot(name: &str) -> PanelId {
    let mut hasher = std::hash::DefaultHasher::new();
    name.hash(&mut hasher);
    PanelId(hasher.finish() | 1 << 63)
}

/// Where a job stands.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Standing {
    /// In the queue.
    Waiting,
    /// At work.
    Painting {
        /// How far, once the engine said so.
        progress: Option<Progress>,
        /// Estimated seconds left.
        left_secs: Option<f32>,
    },
    /// Painted; the picture is being stored away.
    Storing,
}

/// One job.
pub struct Job {
    /// What it paints.
    pub plan: Plan,
    /// How far it is.
    pub standing: Standing,
    /// Whether it was asked to stop.
    pub stopping: bool,
    /// Its newest preview.
    pub preview: Option<TextureHandle>,
}

impl Job {
    /// From 0 to 1. The denoising steps count for most of it.
    pub fn fraction(&self) -> f32 {
        match self.standing {
            Standing::Waiting => 0.0,
            Standing::Painting { progress: None, .. } => 0.0,
            Standing::Storing => 0.98,
            Standing::Painting { progress: Some(p), .. } => match p.stage {
                Stage::Loading => 0.0,
                Stage::Encoding => 0.04,
                // A job of no steps is at its end.
                Stage::Denoising if p.steps == 0 => 0.92,
                Stage::Denoising => 0.08 + 0.84 * p.step.min(p.steps) as f32 / p.steps as f32,
                Stage::Decoding => 0.94,
            },
        }
    }
}

/// Why a panel has no new picture.
pub struct Failure {
    /// One sentence in the window's language at the time.
    pub why: String,
    /// What was tried.
    pub plan: Plan,
}

/// All jobs of the window.
#[derive(Default)]
pub struct Jobs {
    jobs: BTreeMap<JobId, Job>,
    /// In the order in which they are painted.
    order: Vec<JobId>,
    /// The newest job of each panel.
    by_panel: HashMap<PanelId, JobId>,
    failures: BTreeMap<PanelId, Failure>,
    /// Jobs ended since the queue was last empty.
    ended: usize,
    started: Option<(JobId, Instant)>,
    /// Seconds that a picture took, with the recent ones weighing more.
    secs_per_picture: Option<f32>,
}

impl Jobs {
    /// Takes in a job that was just submitted.
    pub fn add(&mut self, id: JobId, plan: Plan) {
        if self.jobs.is_empty() {
            self.ended = 0;
        }
        self.failures.remove(&plan.panel);
        self.order.push(id);
        self.by_panel.insert(plan.panel, id);
        let job = Job { plan, standing: Standing::Waiting, stopping: false, preview: None };
        self.jobs.insert(id, job);
    }

    /// The job left the queue.
    pub fn start(&mut self, id: JobId) {
        self.started = Some((id, Instant::now()));
        if let Some(job) = self.jobs.get_mut(&id) {
            job.standing = Standing::Painting { progress: None, left_secs: None };
        }
    }

    /// A job for changing.
    pub fn get_mut(&mut self, id: JobId) -> Option<&mut Job> {
        self.jobs.get_mut(&id)
    }

    /// The job's picture is there and is being stored away.
    pub fn finish(&mut self, id: JobId) {
        if let Some((started, since)) = self.started
            && started == id
        {
            let secs = since.elapsed().as_secs_f32();
            self.secs_per_picture = Some(self.secs_per_picture.map_or(secs, |old| 0.5 * (old + secs)));
        }
        if let Some(job) = self.jobs.get_mut(&id) {
            job.standing = Standing::Storing;
        }
    }

    /// The job is over, for whatever reason.
    pub fn end(&mut self, id: JobId) -> Option<Job> {
        let job = self.jobs.remove(&id)?;
        self.order.retain(|known| *known != id);
        if self.by_panel.get(&job.plan.panel) == Some(&id) {
            self.by_panel.remove(&job.plan.panel);
        }
        self.ended += 1;
        Some(job)
    }

    /// The job failed: its panel says so until it is painted again.
    pub fn fail(&mut self, id: JobId, why: String) -> Option<PanelId> {
        let job = self.end(id)?;
        let panel = job.plan.panel;
        self.failures.insert(panel, Failure { why, plan: job.plan });
        Some(panel)
    }

    /// Why a panel has no new picture.
    pub fn failure(&self, panel: PanelId) -> Option<&Failure> {
        self.failures.get(&panel)
    }

    /// Forgets a failure, to try again or because it does not matter any more.
    pub fn take_failure(&mut self, panel: PanelId) -> Option<Failure> {
        self.failures.remove(&panel)
    }

    /// Forgets every failure: another board was opened.
    pub fn clear_failures(&mut self) {
        self.failures.clear();
    }

    /// The job that paints for this panel.
    pub fn of_panel(&self, panel: PanelId) -> Option<(JobId, &Job)> {
        let id = *self.by_panel.get(&panel)?;
        Some((id, self.jobs.get(&id)?))
    }

    /// How many jobs come before this one.
    pub fn before(&self, id: JobId) -> usize {
        self.order.iter().position(|known| *known == id).unwrap_or(0)
    }

    /// Every job, in the order in which they are painted.
    pub fn iter(&self) -> impl Iterator<Item = (JobId, &Job)> {
        self.order.iter().filter_map(|id| Some((*id, self.jobs.get(id)?)))
    }

    /// The jobs that wait, next first.
    pub fn waiting(&self) -> impl Iterator<Item = (JobId, &Job)> {
        self.iter().filter(|(_, job)| job.standing == Standing::Waiting)
    }

    /// Moves a waiting job to this place among those that wait (0 = next).
    pub fn move_to(&mut self, id: JobId, place: usize) {
        let waiting: Vec<JobId> = self.waiting().map(|(id, _)| id).filter(|other| *other != id).collect();
        self.order.retain(|known| *known != id);
        let at = match waiting.get(place) {
            Some(next) => self.order.iter().position(|known| known == next),
            None => None,
        };
        self.order.insert(at.unwrap_or(self.order.len()), id);
    }

    /// Panels whose last try failed, with the reason.
    pub fn failures(&self) -> impl Iterator<Item = (PanelId, &Failure)> {
        self.failures.iter().map(|(panel, failure)| (*panel, failure))
    }

    /// Marks every job as asked to stop.
    pub fn stop_all(&mut self) {
        self.jobs.values_mut().for_each(|job| job.stopping = true);
    }

    /// Whether anything is queued or at work.
    pub fn is_busy(&self) -> bool {
        !self.jobs.is_empty()
    }

    /// Which of how many is being painted: `(3, 6)`.
    pub fn place(&self) -> (usize, usize) {
        let all = self.ended + self.jobs.len();
        ((self.ended + 1).min(all), all)
    }

    /// How far all of it is, from 0 to 1.
    pub fn fraction(&self) -> f32 {
        let all = self.ended + self.jobs.len();
        if all == 0 {
            return 0.0;
        }
        let done: f32 = self.jobs.values().map(Job::fraction).sum();
        (self.ended as f32 + done) / all as f32
    }

    /// Estimated seconds until all is painted.
    pub fn left_secs(&self) -> Option<f32> {
        let mut left = 0.0;
        for job in self.jobs.values() {
            left += match job.standing {
                Standing::Painting { left_secs: Some(secs), .. } => secs,
                Standing::Storing => 0.0,
                _ => self.secs_per_picture?,
            };
        }
        Some(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(count: u64) -> Jobs {
        let mut jobs = Jobs::default();
        for n in 1..=count {
            let request = Request::new("a fox", n);
            jobs.add(
                JobId(n),
                Plan {
                    panel: PanelId(n),
                    prompt: String::new(),
                    request,
                    with: None,
                    part_of: None,
                    portrait_of: None,
                },
            );
        }
        jobs
    }

    fn order(jobs: &Jobs) -> Vec<u64> {
        jobs.iter().map(|(id, _)| id.0).collect()
    }

    #[test]
    fn waiting_jobs_change_places_behind_the_one_at_work() {
        let mut jobs = queue(4);
        jobs.start(JobId(1));
        jobs.move_to(JobId(4), 0);
        assert_eq!(order(&jobs), [1, 4, 2, 3]);
        jobs.move_to(JobId(4), 9);
        assert_eq!(order(&jobs), [1, 2, 3, 4]);
        jobs.move_to(JobId(2), 1);
        assert_eq!(order(&jobs), [1, 3, 2, 4]);
        assert_eq!(jobs.before(JobId(2)), 2);
        assert_eq!(jobs.of_panel(PanelId(3)).map(|(id, _)| id), Some(JobId(3)));
        jobs.end(JobId(3));
        assert!(jobs.of_panel(PanelId(3)).is_none());
        assert_eq!(order(&jobs), [1, 2, 4]);
    }
}
