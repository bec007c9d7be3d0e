//! Work that must not hold up a frame: files, fonts, reading long texts,
//! scaling pictures, and the system's file dialogs.
//!
//! Work goes into a lane, a thread with a bounded queue; what comes of it
//! returns as a [`Message`] that the app's logic step drains.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    pin::pin,
    sync::{Arc, mpsc},
    task::{self, Poll, Wake, Waker},
    thread::{self, JoinHandle, Thread},
    time::{Duration, Instant},
};

use egui::{Context, TextureHandle};

use super::{
    dialogs::{Pick, PickFuture},
    error_words::TextError,
    fonts,
    model_shelf::Findings,
    thumbs::ThumbKey,
};
use crate::{
    engine::JobId,
    export::{ExportError, ExportWarning},
    helper::Helped,
    story::{Overrides, StoryError},
    storyboard::{Document, FileError, KeptPicture, Made, Opened},
};

/// How much work may wait in a lane.
const LANE_LIMIT: usize = 256;

/// What came of a piece of work.
pub enum Message {
    /// A story was read.
    Read {
        /// The number of the reading.
        reading: u64,
        /// The text that was read.
        text: String,
        /// What the writer had changed of it by then.
        overrides: Overrides,
        /// Its scenes, and what the writer's helper had to do with them.
        result: Result<Box<Helped>, StoryError>,
    },
    /// An edit that takes long was made.
    Made {
        /// The number of the draft.
        draft: u64,
        /// What came of it; `None` when it panicked.
        made: Option<Box<Made>>,
    },
    /// A text file was opened.
    TextOpened {
        /// Its text, or why not.
        result: Result<String, TextError>,
    },
    /// A project was opened.
    ProjectOpened {
        /// The file.
        path: PathBuf,
        /// What it holds, or why not.
        result: Result<Box<Opened>, FileError>,
    },
    /// A project was saved.
    Saved {
        /// The file.
        path: PathBuf,
        /// The document as it was saved.
        document: Box<Document>,
        /// Why it was not.
        result: Result<(), FileError>,
    },
    /// A board was exported.
    Exported {
        /// File or folder.
        path: PathBuf,
        /// Warnings, or why not.
        result: Result<Vec<ExportWarning>, ExportError>,
    },
    /// A file dialog was closed.
    Picked {
        /// Which.
        pick: Pick,
        /// The choice; `None` when it was cancelled.
        path: Option<PathBuf>,
        /// How long it stood open.
        open_for: Duration,
    },
    /// A picture was scaled for the screen.
    Thumb {
        /// Which, and how large.
        key: ThumbKey,
        /// On the graphics card; `None` when it could not be scaled.
        texture: Option<TextureHandle>,
    },
    /// A finished picture was hashed and encoded.
    Stored {
        /// The job that painted it.
        job: JobId,
        /// The picture.
        picture: KeptPicture,
        /// What made it.
        parameters: Vec<(String, String)>,
    },
    /// Models were looked for.
    Models(Box<Findings>),
    /// Every part of a model was opened.
    Checked {
        /// Its folder.
        path: PathBuf,
        /// What painting would refuse, a sentence each.
        problems: Vec<String>,
    },
    /// The system's fonts were looked through.
    Fonts(fonts::Found),
    /// Preferences were written, or why not.
    Remembered(Result<(), String>),
    /// The work panicked.
    Fault(String),
}

type Work = Box<dyn FnOnce() -> Message + Send>;

/// Which thread does it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    /// Files and texts, one after the other, so that two saves never race.
    Files,
    /// Pictures scaled for the screen.
    Pictures,
    /// Preferences, also after a save that takes long.
    Preferences,
    /// Finished pictures on their way into the document, in their order.
    Finished,
    /// Fonts, once.
    Fonts,
    /// Folders of models, on disks that may be slow.
    Models,
    /// Models that are opened to see whether they are whole.
    Checks,
    /// Edits that read in the story.
    Edits,
    /// The writer's helper, who may take minutes.
    Helper,
}

/// The threads and the way back from them.
pub struct Background {
    ctx: Context,
    results: mpsc::Sender<Message>,
    inbox: mpsc::Receiver<Message>,
    lanes: Vec<LaneThread>,
}

/// A lane with the way into it and its thread; without both where the system
/// granted none.
type LaneThread = (Lane, Option<mpsc::SyncSender<Work>>, Option<JoinHandle<()>>);

impl Background {
    /// Starts the threads. `ctx` is asked to repaint after each result.
    pub fn new(ctx: &Context) -> Self {
        let (results, inbox) = mpsc::channel();
        let lanes = [
            (Lane::Files, "files"),
            (Lane::Pictures, "pictures"),
            (Lane::Finished, "finished"),
            (Lane::Preferences, "preferences"),
            (Lane::Fonts, "fonts"),
            (Lane::Models, "models"),
            (Lane::Checks, "checks"),
            (Lane::Edits, "edits"),
            (Lane::Helper, "helper"),
        ]
        .into_iter()
        .map(|(lane, name)| {
            let (sender, queue) = mpsc::sync_channel::<Work>(LANE_LIMIT);
            let (results, ctx) = (results.clone(), ctx.clone());
            let spawned = thread::Builder::new().name(name.into()).spawn(move || {
                for work in queue {
                    // Nobody listens any more when the window is closing.
                    let _ = results.send(guarded(work));
                    ctx.request_repaint();
                }
            });
            match spawned {
                Ok(thread) => (lane, Some(sender), Some(thread)),
                Err(error) => {
                    log::error!("the system grants no thread: {error}");
                    (lane, None, None)
                }
            }
        })
        .collect();
        Self { ctx: ctx.clone(), results, inbox, lanes }
    }

    /// Puts work into a lane. `false` when the lane is full or has ended.
    #[must_use]
    pub fn run(&self, lane: Lane, work: impl FnOnce() -> Message + Send + 'static) -> bool {
        let sender = self.lanes.iter().find(|(name, ..)| *name == lane).and_then(|(_, s, _)| s.as_ref());
        sender.is_some_and(|sender| sender.try_send(Box::new(work)).is_ok())
    }

    /// Waits for a file dialog on a thread of its own: it may stand open for
    /// as long as the writer likes.
    #[must_use]
    pub fn wait_for_dialog(&self, pick: Pick, future: PickFuture) -> bool {
        let (results, ctx) = (self.results.clone(), self.ctx.clone());
        thread::Builder::new()
            .name("dialog".into())
            .spawn(move || {
                let work = Box::new(move || {
                    let since = Instant::now();
                    let path = block_on(future);
                    Message::Picked { pick, path, open_for: since.elapsed() }
                });
                let _ = results.send(guarded(work));
                ctx.request_repaint();
            })
            .is_ok()
    }

    /// The next result, if there is one. Never blocks.
    pub fn try_message(&self) -> Option<Message> {
        self.inbox.try_recv().ok()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        for (lane, sender, thread) in &mut self.lanes {
            drop(sender.take());
            // A save that is under way is finished; pictures and fonts are not
            // worth waiting for.
            if matches!(lane, Lane::Files | Lane::Preferences)
                && let Some(thread) = thread.take()
            {
                let _ = thread.join();
            }
        }
    }
}

fn guarded(work: Work) -> Message {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let why = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Message::Fault(why.lines().next().unwrap_or(why).to_owned())
    })
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future on this thread. (The dialog library hands out futures so that
/// a dialog can be made on the main thread, as macOS demands, and awaited here.)
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = task::Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}
