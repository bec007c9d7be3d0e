//! What the window shows before there is a story: what it is for, and three
//! ways to begin.

use egui::{
    CornerRadius, Id, Label, Rect, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    WidgetInfo, pos2, text::LayoutJob, vec2,
};

use super::{
    action::Action,
    card_view::cover,
    command::Command,
    dialogs::Pick,
    icons::Icon,
    samples::{SAMPLES, samples_for},
    state::View,
    strings::fill,
    style_gallery::small_picture,
    theme::{TEXT_LINE_PT, sans, serif, size, space, type_size},
    widgets::{button_ui, field_label_ui},
};

/// Height of the words on a sample's card.
const WORDS_HEIGHT: f32 = 92.0;

/// Width against height of a sample's picture.
const PICTURE_SHAPE: f32 = 2.2;

/// Draws the beginning.
pub fn empty_ui(ui: &mut Ui, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    let (words, palette) = (view.words, view.palette);
    let room = ui.available_size();
    let width = (size::READING + 120.0).min(room.x - 2.0 * space::XXL);
    // The bar stands at the window's edge, not over the words.
    ScrollArea::vertical().id_salt("beginning").auto_shrink(false).show(ui, |ui| {
        let above = ((room.y - 500.0) * 0.4).clamp(space::L, 110.0);
        let column = ui.available_rect_before_wrap();
        let at = pos2(column.left() + (room.x - width) / 2.0, column.top() + above);
        let column = Rect::from_min_size(at, vec2(width, column.height()));
        ui.scope_builder(UiBuilder::new().max_rect(column), |ui| {
            vignette(ui, view);
            ui.add_space(space::M);
            ui.add(Label::new(RichText::new(words.empty_title).font(serif(type_size::DISPLAY))).wrap());
            ui.add_space(space::XS);
            let text = RichText::new(words.empty_text)
                .size(type_size::STORY)
                .color(palette.ink_soft)
                .line_height(Some(TEXT_LINE_PT));
            ui.add(Label::new(text).wrap());
            ui.add_space(space::M);
            if button_ui(ui, Icon::Open, words.empty_open, view.state.file_work.is_none()).clicked() {
                actions.push(Action::Pick(Pick::Open));
            }
            ui.add_space(space::M);
            field_label_ui(ui, palette, words.empty_samples);
            ui.add_space(space::XS);
            samples_ui(ui, view, width, &mut actions);
            recent_ui(ui, view, &mut actions);
            keys_ui(ui, view);
            ui.add_space(space::M);
        });
    });
    actions
}

fn recent_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let recent = &view.state.preferences.recent;
    if recent.is_empty() {
        return;
    }
    ui.add_space(space::M);
    field_label_ui(ui, view.palette, view.words.empty_recent);
    for path in recent {
        let name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy();
        let link = ui.link(name.as_ref()).on_hover_text(path.display().to_string());
        if link.clicked() {
            actions.push(Action::OpenPath(path.clone()));
        }
    }
}

/// Where everything else is to be found.
fn keys_ui(ui: &mut Ui, view: &View<'_>) {
    let [palette, sheet] =
        [Command::Palette, Command::Shortcuts].map(|c| c.keys_text(ui.ctx()).unwrap_or_default());
    let text = fill(view.words.empty_keys, &[("palette", &palette), ("sheet", &sheet)]);
    ui.add(Label::new(RichText::new(text).size(type_size::SMALL).color(view.palette.ink_soft)).wrap());
}

/// Three small frames, from blank to painted: the whole program in a row.
fn vignette(ui: &mut Ui, view: &View<'_>) {
    let palette = view.palette;
    let (rect, _) = ui.allocate_exact_size(vec2(192.0, 44.0), Sense::hover());
    let painter = ui.painter();
    for step in 0..3 {
        let at = pos2(rect.left() + step as f32 * 66.0, rect.top());
        let frame = Rect::from_min_size(at, vec2(58.0, 42.0));
        let round = CornerRadius::same(5);
        painter.rect_filled(frame, round, palette.card);
        let clip = painter.with_clip_rect(frame.shrink(1.0));
        if step > 0 {
            let sun = frame.min + vec2(42.0, 13.0);
            let hills = [(14.0, 34.0, 18.0, 4), (44.0, 40.0, 20.0, 1)];
            for (x, y, r, ribbon) in hills {
                let (centre, colour) = (frame.min + vec2(x, y + 6.0), palette.ribbon(ribbon));
                if step == 2 {
                    clip.circle_filled(centre, r, colour);
                } else {
                    clip.circle_stroke(centre, r, Stroke::new(1.4, colour));
                }
            }
            if step == 2 {
                clip.circle_filled(sun, 5.5, palette.ribbon(2));
            } else {
                clip.circle_stroke(sun, 5.5, Stroke::new(1.4, palette.ribbon(2)));
            }
        }
        painter.rect_stroke(frame, round, Stroke::new(1.0, palette.line_strong), StrokeKind::Inside);
    }
}

fn samples_ui(ui: &mut Ui, view: &View<'_>, width: f32, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    let columns = if width < 480.0 { 1 } else { SAMPLES.len() };
    let card_width = (width - (columns as f32 - 1.0) * space::M) / columns as f32;
    let rows = SAMPLES.len().div_ceil(columns);
    let picture_height = if columns == 1 { 0.0 } else { (card_width / PICTURE_SHAPE).round() };
    let card_height = picture_height + WORDS_HEIGHT;
    let height = rows as f32 * (card_height + space::M);
    let (area, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    for (place, index) in samples_for(view.state.language).into_iter().enumerate() {
        let Some(sample) = SAMPLES.get(index) else { continue };
        let (row, column) = (place / columns, place % columns);
        let at =
            area.min + vec2(column as f32 * (card_width + space::M), row as f32 * (card_height + space::M));
        let rect = Rect::from_min_size(at, vec2(card_width, card_height));
        let title = (sample.title)(words);
        let name = fill(words.sample_name, &[("title", &title)]);
        let response = ui.interact(rect, Id::unique(("sample", index)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        let round = CornerRadius::same(size::ROUND_CARD);
        let fill_colour = if response.hovered() { palette.card_hover } else { palette.card };
        ui.painter().rect_filled(rect, round, fill_colour);
        let top = CornerRadius { sw: 0, se: 0, ..round };
        if picture_height > 0.0
            && let Some(texture) = small_picture(ui.ctx(), title, sample.picture)
        {
            let frame = Rect::from_min_size(rect.min, vec2(card_width, picture_height));
            cover(ui.painter(), &texture, frame, top);
        }
        let inner = card_width - 2.0 * space::M;
        let mut y = rect.top() + picture_height + space::S;
        for (text, font, colour, rows, step) in [
            (title, serif(type_size::STORY), palette.ink, 1, 26.0),
            ((sample.about)(words), sans(13.0), palette.ink_soft, 3, 0.0),
        ] {
            let mut job = LayoutJob::simple(text.to_owned(), font, colour, inner);
            job.wrap.max_rows = rows;
            let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
            ui.painter().galley(pos2(rect.left() + space::M, y), galley, colour);
            y += step;
        }
        let (line, colour) = if response.has_focus() {
            (2.0, palette.accent)
        } else if response.hovered() {
            (1.0, palette.line_strong)
        } else {
            (1.0, palette.line)
        };
        ui.painter().rect_stroke(rect, round, Stroke::new(line, colour), StrokeKind::Inside);
        if response.clicked() {
            actions.push(Action::OpenSample(index));
        }
    }
}
