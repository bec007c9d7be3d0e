//! The board: order, selection, locks, versions side by side, and the queue.

use egui::{Event, Key, Modifiers, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use vignette::{
    storyboard::{Edit, PanelId, Style},
    ui::{action::Action, strings::fill},
};

use super::{Setup, Window, gated, painted};

fn order(window: &Window<'_>) -> Vec<u64> {
    window.panels().iter().map(|panel| panel.id.0).collect()
}

fn board() -> Window<'static> {
    let mut window = Setup::new().open();
    window.paste_story();
    window
}

/// The middle of a panel's card, by its number.
fn card(window: &Window<'_>, n: usize) -> egui::Rect {
    let name = fill(window.words.panel_n, &[("n", &n)]);
    window.harness.get_by_label_contains(&format!("{name}, ")).rect()
}

fn drag(window: &mut Window<'_>, from: egui::Pos2, to: egui::Pos2) {
    window.harness.drag_at(from);
    window.run();
    // In two steps: a drag begins when the pointer has moved.
    window.harness.hover_at(from + (to - from) * 0.5);
    window.run();
    window.harness.hover_at(to);
    window.run();
    window.harness.drop_at(to);
    window.run();
}

#[test]
fn panels_are_put_into_another_order_by_dragging_and_by_keys() {
    let mut window = board();
    let before = order(&window);
    assert!(before.len() >= 3);
    let (first, second) = (card(&window, 1), card(&window, 2));
    drag(&mut window, first.center_top() + vec2(0.0, 20.0), second.right_center() - vec2(8.0, 0.0));
    let mut wanted = before.clone();
    wanted.swap(0, 1);
    assert_eq!(order(&window), wanted, "the card goes where it was dropped");
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(order(&window), before);
    window.select(1);
    window.keys(Modifiers::ALT, Key::ArrowRight);
    assert_eq!(order(&window), wanted, "and by the keyboard");
    window.keys(Modifiers::ALT, Key::ArrowLeft);
    window.keys(Modifiers::ALT, Key::ArrowLeft);
    assert_eq!(order(&window), before, "the first one stays the first");
}

#[test]
fn several_panels_are_painted_locked_and_removed_together() {
    let mut window = board();
    let words = window.words;
    let ids: Vec<PanelId> = window.panels().iter().map(|panel| panel.id).collect();
    window.select(1);
    window.act(Action::SelectMore(ids[2], false));
    assert!(window.has(&fill(words.selected_n, &[("n", &2)])));
    window.click(words.repaint_all);
    window.settle();
    assert_eq!([0, 1, 2].map(|n: usize| painted(&window.panels()[n])), [true, false, true]);
    window.click(words.lock_all);
    assert!(window.panels()[0].locked && window.panels()[2].locked && !window.panels()[1].locked);
    assert!(window.has(&format!("Panel 1, painted, {}", words.state_locked)));
    // A locked picture is neither painted again nor removed.
    window.keys(Modifiers::NONE, Key::Delete);
    assert_eq!(window.panels().len(), ids.len());
    window.act(Action::Paint(ids[0]));
    assert!(!window.app().is_busy());
    assert!(window.has(&fill(words.locked_hint, &[("n", &1)])));
    window.act(Action::DismissAll);
    window.click(words.unlock_all);
    window.keys(Modifiers::NONE, Key::Delete);
    assert_eq!(order(&window).len(), ids.len() - 2);
    assert_eq!(window.app().document().skipped.len(), 2, "their scenes can be brought back");
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.panels().len(), ids.len(), "in one step");
    // Up to another one.
    window.act(Action::Select(Some(ids[0])));
    window.act(Action::SelectMore(ids[2], true));
    assert!(window.has(&fill(words.selected_n, &[("n", &3)])));
    window.act(Action::Select(None));
    window.keys(Modifiers::COMMAND, Key::A);
    assert!(window.has(&fill(words.selected_n, &[("n", &ids.len())])));
}

#[test]
fn the_next_panel_takes_the_place_of_one_that_is_removed() {
    let mut window = board();
    let ids: Vec<PanelId> = window.panels().iter().map(|panel| panel.id).collect();
    window.select(1);
    window.keys(Modifiers::NONE, Key::Delete);
    assert_eq!(window.app().state().selected, Some(ids[1]), "the details stay open");
    // The last one of the board: the one before it.
    window.act(Action::Select(ids.last().copied()));
    window.keys(Modifiers::NONE, Key::Delete);
    assert_eq!(window.app().state().selected, window.panels().last().map(|panel| panel.id));
    while !window.panels().is_empty() {
        window.keys(Modifiers::NONE, Key::Delete);
    }
    assert_eq!(window.app().state().selected, None);
}

#[test]
fn nothing_in_the_bar_moves_when_work_begins_or_ends() {
    let (mut window, gate) = gated();
    let words = window.words;
    let places = |window: &Window<'_>| {
        let model = fill(words.model_now, &[("name", &words.model_built_in)]);
        [words.card_size, words.do_queue, &model].map(|name| window.harness.get_by_label(name).rect())
    };
    let before = places(&window);
    window.click(words.illustrate);
    gate.wait_until_painting();
    window.until("panels wait", |app| app.jobs().iter().count() > 1);
    assert_eq!(places(&window), before, "while panels wait");
    gate.open();
    window.settle();
    assert_eq!(places(&window), before, "when all is done");
}

#[test]
fn two_versions_are_compared_and_one_is_kept() {
    let mut window = board();
    let words = window.words;
    let id = window.panels()[0].id;
    window.act(Action::Paint(id));
    window.settle();
    window.act(Action::Paint(id));
    window.settle();
    window.select(1);
    assert_eq!(window.panels()[0].chosen, Some(1));
    window.keys(Modifiers::COMMAND, Key::T);
    window.settle();
    assert!(window.has(&fill(words.compare_title, &[("n", &1)])));
    assert!(window.has(words.version_shown));
    window.click(&fill(words.keep_version, &[("n", &1)]));
    assert_eq!(window.panels()[0].chosen, Some(0));
    assert_eq!(window.panels()[0].variants.len(), 2, "the other one is kept too");
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.app().state().compare.is_none());
    window.click(words.version_remove);
    assert_eq!(window.panels()[0].variants.len(), 1);
}

#[test]
fn the_queue_is_reordered_paused_and_emptied() {
    let (mut window, gate) = gated();
    let words = window.words;
    window.click(words.illustrate);
    gate.wait_until_painting();
    window
        .until("the first panel paints", |app| app.jobs().waiting().count() + 1 == app.jobs().iter().count());
    window.keys(Modifiers::COMMAND, Key::J);
    assert!(window.has(words.queue_pause));
    let third = window.panels()[2].id;
    window.click(&fill(words.queue_earlier, &[("n", &3)]));
    let next = window.app().jobs().waiting().next().map(|(_, job)| job.plan.panel);
    assert_eq!(next, Some(third));
    window.click(words.queue_pause);
    gate.open();
    window.until("the first is painted", |app| painted(&app.document().panels[0]));
    assert!(window.panels()[1..].iter().all(|panel| !painted(panel)), "the others wait");
    assert!(window.has("Paused at "), "and the bar does not say that it paints");
    window.click(&fill(words.cancel_queued, &[("n", &2)]));
    window.click(words.queue_resume);
    window.settle();
    assert!(painted(&window.panels()[2]) && !painted(&window.panels()[1]));
    // What failed is listed with its reason and tried again.
    window.act(Action::Edit(Edit::SetStyle(Style::Free(String::new()))));
    window.select(2);
    window.replace_text(words.prompt, "!fail");
    window.click(&fill(words.paint_panel, &[("n", &2)]));
    window.settle();
    assert!(window.app().jobs().failures().count() == 1);
    window.replace_text(words.prompt, "a hill");
    window.click(words.retry_failed);
    window.settle();
    assert!(painted(&window.panels()[1]));
    assert!(window.has(words.queue_empty));
}

#[test]
fn a_click_counts_although_something_appears_beside_the_button() {
    let (mut window, gate) = gated();
    let words = window.words;
    let first = window.panels()[0].id;
    window.act(Action::Edit(Edit::SetStyle(Style::Free(String::new()))));
    window.act(Action::Edit(Edit::SetPrompt(first, Some("!fail".into()))));
    window.click(words.illustrate);
    gate.wait_until_painting();
    window.keys(Modifiers::COMMAND, Key::J);
    window.act(Action::Pause(true));
    // Pressed, then a panel fails and says so in the same row, then released;
    // however long this machine takes for that.
    window.harness.ctx.options_mut(|options| options.input_options.max_click_duration = f64::MAX);
    let button = window.harness.get_by_label(words.queue_resume).rect().center();
    window.harness.drag_at(button);
    window.run();
    gate.open();
    window.until("the first panel fails", |app| app.jobs().failures().count() == 1);
    assert!(window.has(words.retry_failed) && window.app().state().paused);
    window.harness.drop_at(button);
    window.run();
    assert!(!window.app().state().paused, "the click counts");
    window.settle();
    assert!(window.panels()[1..].iter().all(painted));
}

#[test]
fn the_title_of_the_window_tells_the_progress() {
    let (mut window, gate) = gated();
    window.click(window.words.illustrate);
    gate.wait_until_painting();
    window.until("the title says so", |_| true);
    let titles = |window: &Window<'_>| {
        let output = window.harness.output();
        format!("{:?}", output.viewport_output.values().flat_map(|v| v.commands.clone()).collect::<Vec<_>>())
    };
    // The command was sent in one of the frames; what counts is that it is gone at the end.
    gate.open();
    window.settle();
    assert!(!titles(&window).contains('%'));
    let slider = window.harness.get_by_label(window.words.card_size);
    assert!(!slider.accesskit_node().is_disabled());
    let before = card(&window, 1).width();
    window.act(Action::SetCardScale(0.6));
    assert!(card(&window, 1).width() < before, "cards become smaller");
    window.harness.event(Event::PointerGone);
}

#[test]
fn one_cause_of_many_failures_is_said_once_and_notices_stand_close() {
    let mut window = board();
    let words = window.words;
    window.act(Action::Edit(Edit::SetStyle(Style::Free(String::new()))));
    let ids: Vec<PanelId> = window.panels().iter().map(|panel| panel.id).collect();
    for id in &ids {
        window.act(Action::Edit(Edit::SetPrompt(*id, Some("!fail at once".to_owned()))));
    }
    window.click(words.illustrate);
    window.settle();
    let notices = &window.app().state().notices;
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].text.starts_with(&ids.len().to_string()), "{notices:?}");
    // Another one beside it: each as high as its words, below one another.
    window.act(Action::SplitAtCaret);
    let text = window.app().state().notices[0].text.clone();
    let [all, first, second] =
        [words.dismiss_all, &text, words.split_nowhere].map(|name| window.harness.get_by_label(name).rect());
    assert!(all.bottom() < first.top() && first.bottom() < second.top());
    assert!(second.bottom() - all.top() < 240.0, "{all} {first} {second}");
    window.click(words.dismiss_all);
    assert!(window.app().state().notices.is_empty());
}
