//! How long a frame of the window takes, without a window: logic, layout,
//! tessellation, and a copy of what would go to the graphics card.
//!
//! The board has hundreds of panels, is scrolled from end to end, and a job
//! sends previews meanwhile. The same board is drawn a second time the obvious
//! way (see `plain`), and both are measured in one run.

mod plain;

use std::{
    ops::ControlFlow,
    thread,
    time::{Duration, Instant},
};

use egui::{Context, Event, FullOutput, MouseWheelSource, MouseWheelUnit, RawInput, TouchPhase, Ui, vec2};

use super::{App, FontChoice, Look, Options, UiLanguage, action::Action, theme::size};
use crate::{
    engine::{Engine, EngineError, Observer, Painted, Progress, Request, Stage, Worker},
    raster::Picture,
    story::{Mood, Scene, TimeOfDay},
    storyboard::{Document, Edit, Images, KeptPicture, Panel, PanelId, Style, Variant},
};

/// Frames a second that a window draws at most.
const FRAMES_A_SECOND: u32 = 60;

/// Frames that an idle window is watched for.
const IDLE_FRAMES: u32 = 2 * FRAMES_A_SECOND;

/// Frames before the counted ones: fonts and first textures.
const WARM_UP_FRAMES: u32 = 30;

/// A preview comes this often; a real model needs longer for a step.
const PREVIEW_EVERY: Duration = Duration::from_millis(50);

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Panels on the board.
    pub panels: usize,
    /// Side of each picture, in pixels.
    pub side_px: u32,
    /// Counted frames of each way.
    pub frames: u32,
}

/// Milliseconds a frame.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// Half of the frames took no longer.
    pub p50_ms: f64,
    /// All but one in a hundred took no longer.
    pub p99_ms: f64,
    /// The longest.
    pub longest_ms: f64,
    /// Mean of what the processor spent on a frame, where the system tells:
    /// other programs do not add to it, as they do to the others.
    pub processor_ms: Option<f64>,
    /// All but one frame in a hundred took no more of the processor.
    pub processor_p99_ms: Option<f64>,
}

/// What came out.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// The window, scrolled from end to end under a painting job.
    pub scrolling: Timing,
    /// The window while the story is typed into, under a painting job.
    pub typing: Timing,
    /// The obvious way, scrolled alike.
    pub plain: Timing,
    /// The obvious way, typed into alike, with a copy of the whole document
    /// for undo at each keystroke.
    pub plain_typing: Timing,
    /// Previews shown during the counted frames.
    pub previews: u32,
    /// Share of the frames that a window without work drew all the same.
    pub idle_share: f64,
    /// Memory of all pictures of the window, in bytes.
    pub picture_bytes: usize,
    /// The same of the obvious way.
    pub plain_bytes: usize,
}

/// Measures. `go_on` is asked now and then; `None` when it said no.
///
/// # Errors
/// One sentence when there is no painting thread or a picture is impossible.
pub fn measure(plan: Plan, go_on: &dyn Fn() -> bool) -> Result<Option<Report>, String> {
    let Some((document, images)) = board(plan, go_on)? else {
        return Ok(None);
    };
    let plain = plain::Plain::new(&document, &images);
    let ctx = Context::default();
    let options = Options {
        language: Some(UiLanguage::English),
        look: Some(Look::Paper),
        fonts: FontChoice::Embedded,
        seed: Some(1),
        ..Options::default()
    };
    let picture = test_picture(plan.side_px, 0)?;
    let painter = move || Ok(Previewer { picture });
    let waker = ctx.clone();
    let worker = Worker::spawn(painter, move || waker.request_repaint()).map_err(|e| e.to_string())?;
    let mut app = App::new(&ctx, worker, options);
    let empty = document.panels.last().map(|panel| panel.id);
    app.begin_board(document, images, None);
    let mut theatre = Theatre::new(&ctx);
    for _ in 0..WARM_UP_FRAMES {
        theatre.frame(Vec::new(), &mut app);
    }
    if let Some(panel) = empty {
        app.apply(&ctx, Action::Paint(panel));
    }

    theatre.previews = 0;
    let Some(scrolling) = theatre.run(plan.frames, &mut app, go_on, |_, _, at| vec![wheel(plan, at)]) else {
        return Ok(None);
    };
    let picture_bytes = app.images.bytes() + app.thumbs.bytes();
    let typed = |app: &mut App, ctx: &Context, at: u32| {
        let mut story = app.document().story.clone();
        // The story is ASCII: any byte is a character.
        let middle = story.len() / 2;
        story.insert(middle, char::from(b'a' + (at % 26) as u8));
        app.apply(ctx, Action::Type(Edit::SetStory(story)));
        Vec::new()
    };
    let Some(typing) = theatre.run(plan.frames, &mut app, go_on, typed) else {
        return Ok(None);
    };
    let previews = theatre.previews;
    app.apply(&ctx, Action::CancelAll);
    let idle_share = theatre.idle_share(&mut app);
    drop(app);

    let ctx = Context::default();
    super::theme::install(&ctx, Look::Paper);
    super::fonts::install(&ctx, super::fonts::Found::default());
    let mut plain = plain;
    let mut theatre = Theatre::new(&ctx);
    for _ in 0..WARM_UP_FRAMES {
        theatre.frame(Vec::new(), &mut plain);
    }
    let Some(plain_timing) = theatre.run(plan.frames, &mut plain, go_on, |_, _, at| vec![wheel(plan, at)])
    else {
        return Ok(None);
    };
    let typed = |plain: &mut plain::Plain, _: &Context, at: u32| {
        plain.type_letter(char::from(b'a' + (at % 26) as u8));
        Vec::new()
    };
    let Some(plain_typing) = theatre.run(plan.frames, &mut plain, go_on, typed) else {
        return Ok(None);
    };
    Ok(Some(Report {
        scrolling,
        typing,
        plain: plain_timing,
        plain_typing,
        previews,
        idle_share,
        picture_bytes,
        plain_bytes: plain.bytes(),
    }))
}

/// Something that draws frames.
trait Play {
    fn step(&mut self, ctx: &Context);
    fn draw(&mut self, ui: &mut Ui);
    /// Previews shown so far.
    fn previews(&self) -> u32 {
        0
    }
}

impl Play for App {
    fn step(&mut self, ctx: &Context) {
        App::step(self, ctx);
    }

    fn draw(&mut self, ui: &mut Ui) {
        App::draw(self, ui);
    }

    fn previews(&self) -> u32 {
        self.previews_shown
    }
}

/// Where frames are drawn and timed.
struct Theatre<'a> {
    ctx: &'a Context,
    frames: u32,
    previews: u32,
}

impl<'a> Theatre<'a> {
    fn new(ctx: &'a Context) -> Self {
        Self { ctx, frames: 0, previews: 0 }
    }

    /// Draws one frame and returns how long it took.
    fn frame(&mut self, events: Vec<Event>, scene: &mut impl Play) -> Duration {
        let [width, height] = size::WINDOW;
        self.frames += 1;
        let mut events = events;
        // The pointer is on the board, where the wheel is turned; at rest it
        // is no event, or the window would never be idle.
        if !events.is_empty() {
            events.insert(0, Event::PointerMoved(egui::pos2(0.7 * width, 0.5 * height)));
        }
        let input = RawInput {
            screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, vec2(width, height))),
            time: Some(f64::from(self.frames) / f64::from(FRAMES_A_SECOND)),
            events,
            focused: true,
            ..RawInput::default()
        };
        let before = scene.previews();
        let since = Instant::now();
        let _logic = self.ctx.run_logic(&input, |ctx| scene.step(ctx));
        let mut output = self.ctx.run_ui(input, |ui| scene.draw(ui));
        let shapes = std::mem::take(&mut output.shapes);
        let triangles = self.ctx.tessellate(shapes, output.pixels_per_point);
        let sent = upload(&output);
        let took = since.elapsed();
        drop((triangles, sent));
        output.drop_without_applying_deltas();
        self.previews += scene.previews() - before;
        took
    }

    /// Draws frames at the pace of a screen; `None` when `go_on` said no.
    fn run<S: Play>(
        &mut self,
        frames: u32,
        scene: &mut S,
        go_on: &dyn Fn() -> bool,
        mut before: impl FnMut(&mut S, &Context, u32) -> Vec<Event>,
    ) -> Option<Timing> {
        let pace = Duration::from_secs(1) / FRAMES_A_SECOND;
        let mut times = Vec::with_capacity(frames as usize);
        let mut work = Vec::with_capacity(frames as usize);
        for at in 0..frames {
            if !go_on() {
                return None;
            }
            let worked = processor_time();
            let since = Instant::now();
            let events = before(scene, self.ctx, at);
            // What was done before the frame is part of it.
            let prepared = since.elapsed();
            times.push(prepared + self.frame(events, scene));
            let worked = processor_time().zip(worked).map(|(now, then)| now.saturating_sub(then));
            work.extend(worked);
            thread::sleep(pace.saturating_sub(since.elapsed()));
        }
        let told = !work.is_empty();
        let mean = work.iter().sum::<Duration>().as_secs_f64() * 1000.0 / work.len().max(1) as f64;
        let processor_p99_ms = told.then(|| timing(work).p99_ms);
        Some(Timing { processor_ms: told.then_some(mean), processor_p99_ms, ..timing(times) })
    }

    /// Lets the window come to rest and counts what it draws from then on.
    fn idle_share(&mut self, app: &mut App) -> f64 {
        let pace = Duration::from_secs(1) / FRAMES_A_SECOND;
        let mut rest = 0;
        // Animations and textures on their way end within a second of quiet.
        while rest < FRAMES_A_SECOND {
            rest = if app.is_busy() || self.ctx.has_requested_repaint() { 0 } else { rest + 1 };
            self.frame(Vec::new(), app);
            thread::sleep(pace);
        }
        let mut drawn = 0;
        for _ in 0..IDLE_FRAMES {
            if self.ctx.has_requested_repaint() {
                self.frame(Vec::new(), app);
                drawn += 1;
            }
            thread::sleep(pace);
        }
        f64::from(drawn) / f64::from(IDLE_FRAMES)
    }
}

/// Turns the wheel so that the frames go over the whole board.
fn wheel(plan: Plan, at: u32) -> Event {
    // Three cards a row of about 300 points, more than once over.
    let height = plan.panels as f32 / 2.0 * 300.0;
    let down = if at * 2 < plan.frames { -1.0 } else { 1.0 };
    Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, down * 2.0 * height / plan.frames as f32),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Unknown,
        modifiers: egui::Modifiers::NONE,
    }
}

/// Copies what a window would send to the graphics card.
fn upload(output: &FullOutput) -> Vec<Vec<egui::Color32>> {
    let deltas = output.textures_delta.set.values().flatten();
    deltas
        .map(|delta| {
            let egui::ImageData::Color(image) = &delta.image;
            image.pixels.clone()
        })
        .collect()
}

/// What the processor has spent on this thread so far. Linux tells it in a file,
/// as of the last time that it had a look: which it has as a thread gives way.
fn processor_time() -> Option<Duration> {
    thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

fn timing(mut times: Vec<Duration>) -> Timing {
    times.sort_unstable();
    let last = times.len().saturating_sub(1);
    let at = |share: f64| {
        let place = (share * last as f64).round() as usize;
        times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    Timing {
        p50_ms: at(0.5),
        p99_ms: at(0.99),
        longest_ms: at(1.0),
        processor_ms: None,
        processor_p99_ms: None,
    }
}

/// Paints one picture without end, as far as the window can tell.
struct Previewer {
    picture: Picture,
}

impl Engine for Previewer {
    fn paint(&mut self, _request: &Request, observer: &mut dyn Observer) -> Result<Painted, EngineError> {
        let steps = crate::engine::MAX_STEPS;
        for step in (0..steps).cycle() {
            let progress = Progress { stage: Stage::Denoising, step, steps };
            if let ControlFlow::Break(()) = observer.progress(progress) {
                break;
            }
            if observer.wants_preview() {
                observer.preview(self.picture.clone());
            }
            thread::sleep(PREVIEW_EVERY);
        }
        Err(EngineError::Cancelled)
    }

    fn device_name(&self) -> String {
        "no device (bench)".into()
    }
}

/// A picture of smooth colours, another one for each number.
fn test_picture(side_px: u32, number: usize) -> Result<Picture, String> {
    let (side, n) = (side_px as usize, number * 37);
    let mut rgba = Vec::with_capacity(4 * side * side);
    for y in 0..side {
        for x in 0..side {
            let wave = (x * 5 + y * 3 + n) * 255 / (8 * side).max(1);
            rgba.extend([wave as u8, (y * 255 / side) as u8, (n % 256) as u8, 255]);
        }
    }
    Picture::from_rgba(side_px, side_px, rgba).map_err(|e| e.to_string())
}

/// A board whose panels but the last have pictures.
fn board(plan: Plan, go_on: &dyn Fn() -> bool) -> Result<Option<(Document, Images)>, String> {
    const SCENE: &str = "In the evening Mara carried the old brass lantern up the ninety steps of the tower, while \
        the wind tore at the door and the sea threw itself against the rocks below. Nobody had lit the lamp \
        since her father left, and yet a small warm light was waiting behind the glass.\n\n";
    let mut images = Images::new();
    let mut document = Document { title: "Two hundred panels".into(), ..Document::default() };
    document.style = Style::Free(String::new());
    let length = SCENE.chars().count();
    for number in 0..plan.panels {
        if !go_on() {
            return Ok(None);
        }
        let start = number * length;
        let prompt = format!("Mara carries a lantern up the tower, evening, scene {number}");
        let mut panel = Panel {
            id: PanelId(number as u64 + 1),
            scene: Scene {
                start,
                end: start + length,
                title: format!("The tower {number}"),
                key_moment: (start, start + 60),
                prompt: prompt.clone(),
                setting: "tower".into(),
                time: TimeOfDay::Dusk,
                weather: "wind".into(),
                mood: Mood::Hopeful,
                characters: vec!["Mara".into()],
                ..Scene::default()
            },
            text: SCENE.to_owned(),
            caption: format!("Mara carried the old brass lantern up the ninety steps ({number})"),
            seed: number as u64,
            ..Panel::default()
        };
        if number + 1 < plan.panels {
            let picture = KeptPicture::of(test_picture(plan.side_px, number)?);
            let image = images.keep(picture);
            panel.variants.push(Variant {
                image,
                prompt,
                seed: number as u64,
                parameters: Vec::new(),
                with: None,
            });
            panel.chosen = Some(0);
        }
        document.panels.push(panel);
    }
    document.story = SCENE.repeat(plan.panels);
    document.next_panel = plan.panels as u64 + 1;
    Ok(Some((document, images)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_are_measured() {
        let plan = Plan { panels: 30, side_px: 64, frames: 30 };
        let report = measure(plan, &|| true).unwrap().unwrap();
        for timing in [report.scrolling, report.typing, report.plain, report.plain_typing] {
            assert!(timing.p50_ms > 0.0 && timing.p50_ms <= timing.p99_ms);
            assert!(timing.p99_ms <= timing.longest_ms);
            assert!(timing.processor_ms.is_none() || timing.processor_p99_ms >= timing.processor_ms);
        }
        assert!(report.previews > 0, "the job's previews are shown");
        assert_eq!(report.idle_share, 0.0, "an idle window draws nothing");
        assert!(report.picture_bytes > 0);
        // Every picture came into sight: both boards were scrolled to their end.
        let all = 2 * 4 * 64 * 64 * (plan.panels - 1);
        assert!(report.plain_bytes > all / 2, "{} of {all} bytes", report.plain_bytes);
        assert!(measure(plan, &|| false).unwrap().is_none());
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_times() {
        let found = timing((1..=101).rev().map(Duration::from_millis).collect());
        assert_eq!((found.p50_ms, found.p99_ms, found.longest_ms), (51.0, 100.0, 101.0));
    }
}
