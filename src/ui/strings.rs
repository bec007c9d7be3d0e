//! Every word that the window shows, in English and in Simplified Chinese.
//!
//! Placeholders stand in braces and are filled by [`fill`]. A sentence names
//! its placeholders in both languages; a test holds them together.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

/// The window's language. The story's own language is another matter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UiLanguage {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl UiLanguage {
    /// Its words.
    pub fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Chinese => &CHINESE,
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::English => Self::Chinese,
            Self::Chinese => Self::English,
        }
    }

    /// The language that the system asks for through `LC_ALL`, `LC_MESSAGES`
    /// or `LANG`.
    pub fn of_system() -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        match set {
            Some(locale) if locale.to_lowercase().starts_with("zh") => Self::Chinese,
            _ => Self::English,
        }
    }
}

/// Puts values into a sentence: `{name}` becomes the value of that name.
pub fn fill(sentence: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut out = String::with_capacity(sentence.len() + 16);
    let mut rest = sentence;
    // One pass, so that a brace inside a value is never taken for a placeholder.
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        out.push_str(before);
        let Some(close) = after.find('}') else {
            out.push_str(after);
            return out;
        };
        let (name, tail) = (after.get(1..close).unwrap_or(""), after.get(close + 1..));
        let mut tail = tail.unwrap_or("");
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => {
                let value = value.to_string();
                // Chinese sets a space between its own and foreign letters,
                // and none among its own.
                if value.starts_with(is_han) && out.strip_suffix(' ').is_some_and(|out| out.ends_with(is_han))
                {
                    out.pop();
                }
                if value.ends_with(is_han)
                    && let Some(next) = tail.strip_prefix(' ').filter(|next| next.starts_with(is_han))
                {
                    tail = next;
                }
                out.push_str(&value);
            }
            None => out.push_str(after.get(..=close).unwrap_or("")),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Whether this is a Chinese character.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

macro_rules! words {
    ($($key:ident: $english:literal, $chinese:literal;)*) => {
        /// The catalogue: one field a phrase.
        #[derive(Debug)]
        pub struct Words {
            $(#[doc = $english] pub $key: &'static str,)*
        }
        static ENGLISH: Words = Words { $($key: $english,)* };
        static CHINESE: Words = Words { $($key: $chinese,)* };
        #[cfg(test)]
        const PAIRS: &[(&str, &str, &str)] = &[$((stringify!($key), $english, $chinese),)*];
    };
}

words! {
    // The bar at the top.
    untitled: "Untitled story", "未命名的故事";
    title_name: "Title of the storyboard", "故事板标题";
    toggle_story: "Show or hide the story", "显示或隐藏故事";
    open: "Open a story or a project", "打开故事或项目";
    save: "Save the project", "保存项目";
    export: "Export", "导出";
    export_pdf: "Storyboard as PDF…", "故事板 PDF…";
    export_sheet: "All panels on one PNG…", "全部画格合成一张 PNG…";
    export_folder: "One PNG a panel…", "每格一张 PNG…";
    undo: "Undo", "撤销";
    redo: "Redo", "重做";
    style: "Style", "画风";
    style_now: "Style: {name}", "画风：{name}";
    style_gallery: "How should the pictures look?", "画面用什么风格？";
    style_own: "Your own words", "自己描述";
    style_own_hint: "for example: ink drawing with gold leaf", "例如：水墨画，点缀金箔";
    style_words: "Style in your own words", "用自己的话描述画风";
    tone: "Colours and light of the whole board", "整个故事板的色彩与光线";
    tone_colours: "Colours", "色彩";
    tone_light: "Light", "光线";
    tone_strength: "How much of it", "程度";
    tone_by_mood: "By the mood of each scene", "随各场景的气氛";
    tone_warm: "Warm", "暖色";
    tone_cool: "Cool", "冷色";
    tone_soft: "Soft", "柔和";
    tone_vivid: "Vivid", "鲜艳";
    tone_sepia: "Sepia", "怀旧棕";
    tone_grey: "Black and white", "黑白";
    light_soft: "Soft", "柔光";
    light_sunny: "Sunny", "阳光";
    light_golden: "Golden", "金色夕照";
    light_hard: "From the side", "侧光";
    light_dim: "Dim", "昏暗";
    light_lamps: "Lamplight", "灯火";
    tone_none: "None", "不用";
    tone_light_only: "Light only", "只用光线";
    tone_normal: "Normal", "适中";
    tone_strong: "Strong", "强烈";
    tone_own: "Your own words", "自己描述";
    tone_own_colours: "Colours in your own words", "用自己的话描述色彩";
    tone_own_colours_hint: "colours: teal, orange", "色彩：青与橙";
    tone_own_light: "Light in your own words", "用自己的话描述光线";
    tone_own_light_hint: "light: from below", "光线：自下而上";
    tone_built_in: "The built-in model knows few words for this; larger models follow them closely.", "内置模型懂得的这类词语不多；大型模型会更贴近地照着画。";
    shape: "Picture shape", "画面比例";
    shape_square: "Square pictures, {w} × {h}", "方形画面，{w} × {h}";
    shape_landscape: "Wide pictures, {w} × {h}", "横幅画面，{w} × {h}";
    shape_portrait: "Tall pictures, {w} × {h}", "竖幅画面，{w} × {h}";
    illustrate: "Illustrate", "开始绘制";
    illustrate_hint: "Paint every panel that has no picture yet", "为所有还没有画面的画格作画";
    illustrate_nothing: "Every panel has a picture or is on its way", "每个画格都已有画面或正在绘制";

    // The story.
    story: "Story", "故事";
    story_name: "Story text", "故事正文";
    story_edge: "Width of the story", "故事栏的宽度";
    story_placeholder: "Paste or write your story here.", "把故事粘贴或写在这里。";
    words_count: "{n} words", "{n} 词";
    words_one: "1 word", "1 词";
    characters_count: "{n} characters", "{n} 字";
    find_scenes: "Find scenes", "划分场景";
    find_scenes_again: "Find scenes again", "重新划分场景";
    finding_scenes: "Reading the story…", "正在阅读故事…";
    helper: "Writer’s helper", "写作助手";
    helper_on: "Ask a language model", "请语言模型帮忙";
    helper_hint: "A program on this computer, such as Ollama or llama.cpp, proposes scenes and prompts. The whole story is sent to it.",
        "由本机上的程序（如 Ollama 或 llama.cpp）提议场景与提示词。整篇故事会发送给它。";
    helper_url: "Its address", "地址";
    helper_model: "Its model", "模型";
    helper_model_first: "the first it has", "它的第一个模型";
    helper_anywhere: "Also on other computers", "也可在其他电脑上";
    helper_anywhere_hint: "Your story leaves this computer then, without encryption.", "这样故事会离开本机，且不加密。";
    helper_asking: "Asking the writer’s helper…", "正在询问写作助手…";
    helper_go_on: "Go on without the helper", "不等助手了";
    helper_failed: "The writer’s helper was of no help: {why}. Vignette has read the story by itself.", "写作助手没能帮上忙：{why}。Vignette 已自行阅读故事。";
    helper_address_wrong: "its address should look like http://localhost:11434, not {url}", "地址应形如 http://localhost:11434，而不是 {url}";
    helper_elsewhere: "{host} is not this computer, and the settings allow no other", "{host} 不是本机，而设置不允许其他电脑";
    helper_too_long: "the story has {n} characters, and a helper is sent {most} at most", "故事有 {n} 个字符，而助手最多接收 {most} 个";
    helper_silent: "it did not answer ({why}); is its program running?", "它没有回答（{why}）；程序在运行吗？";
    helper_unusable: "its answer could not be used ({why})", "它的回答无法使用（{why}）";
    proposal: "The helper proposes", "助手的提议";
    proposal_take: "Use these words", "采用这段描述";
    scenes_wanted: "Number of scenes", "场景数量";
    scenes_auto: "Automatic", "自动";
    scenes_n: "{n} scenes", "{n} 个场景";
    scenes_one: "1 scene", "1 个场景";
    text_changed: "The text has changed since its scenes were found.", "划分场景之后，正文又有改动。";
    scene_ribbon: "Scene {n}: {title}", "场景 {n}：{title}";

    find: "Find in the story", "在故事中查找";
    find_hint: "Find", "查找";
    find_next: "Next match", "查找下一处";
    find_previous: "Previous match", "查找上一处";
    find_close: "Close the search", "关闭查找";
    find_count: "{at} of {all}", "{at} / {all}";
    find_none: "nothing found", "没有找到";
    scene_handle: "End of scene {n}: drag it, or move it with the arrow keys", "场景 {n} 的结尾：拖动，或用方向键移动";
    scene_skipped: "Scene left out: {title}. Click to bring it back", "已略去的场景：{title}。点击可恢复";
    scene_changed: "text changed", "正文已改";
    scene_left_out: "Scene left out. Click its hollow ribbon beside the story to bring it back.", "场景已略去。点击正文旁的空心色带即可恢复。";
    split_here: "Split the scene at the caret", "在光标处拆分场景";
    merge_next: "Join with the next scene", "与下一场景合并";
    skip_scene: "Leave this scene out", "略去这个场景";
    moment_here: "Paint the sentence at the caret", "以光标所在的句子作画";
    split_nowhere: "Put the caret between two sentences of a scene first.", "请先把光标放在场景中的两句话之间。";

    // Empty states.
    empty_recent: "Recent projects", "最近的项目";
    empty_title: "Every story has its pictures.", "每个故事，都有自己的画面。";
    empty_text: "Paste a story on the left, and Vignette finds its scenes and paints them, on your own machine. Or begin with one of these:",
        "把故事粘贴到左侧，Vignette 会找出其中的场景，并在您自己的电脑上把它们画出来。也可以从下面开始：";
    empty_open: "Open a text file or a project…", "打开文本文件或项目…";
    empty_samples: "Sample stories", "示例故事";
    empty_keys: "{palette} finds every command by name, {sheet} shows their keys.", "{palette} 可按名称查找任何命令，{sheet} 显示快捷键。";
    do_sample: "Try a sample story", "试用示例故事";
    sample_name: "Sample story: {title}", "示例故事：{title}";
    lantern_title: "The Lantern Keeper", "守灯人";
    lantern_text: "A girl, a fox and a lamp that must be lit. In English.", "一个女孩、一只狐狸和一盏必须点亮的灯。英文。";
    owl_title: "The King’s Owl", "国王的猫头鹰";
    owl_text: "A king who cannot sleep, and a boy who knows the way. In English.", "睡不着的国王，和一个认得路的男孩。英文。";
    umbrella_title: "The Red Umbrella", "红伞";
    umbrella_text: "A girl fetches medicine through rain and forest. In Chinese.", "小雨撑着红伞，穿过风雨去取药。中文。";
    ready_title: "The story is here. Where are its pictures?", "故事有了，画面在哪里呢？";
    ready_text: "Vignette reads the text and marks its scenes; each becomes a panel of the board.", "Vignette 会阅读正文并标出场景，每个场景成为故事板上的一格。";

    // The board.
    panels_n: "{n} panels", "{n} 个画格";
    state_locked: "locked", "已锁定";
    state_starred: "starred", "已加星标";
    comma: ", ", "，";
    list_comma: ", ", "、";
    card_size: "Size of the panels", "画格大小";
    selected_n: "{n} panels selected", "已选中 {n} 个画格";
    select_all: "Select all panels", "选中全部画格";
    select_none: "Select none", "取消选中";
    lock: "Lock the picture", "锁定画面";
    unlock: "Unlock the picture", "解锁画面";
    star: "Mark with a star", "加星标";
    unstar: "Take the star away", "取消星标";
    locked_hint: "Panel {n} is locked; unlock it to paint it again.", "第 {n} 格已锁定；解锁后才能重新绘制。";
    panel_gone: "A panel that was removed", "已移除的画格";
    lock_all: "Lock", "锁定";
    unlock_all: "Unlock", "解锁";
    star_all: "Star", "加星标";
    unstar_all: "No star", "去星标";
    duplicate_all: "Duplicate", "复制";
    remove_all: "Remove", "移除";
    repaint_all: "Paint all of them", "全部绘制";
    board: "Storyboard", "故事板";
    panel_name: "Panel {n}, {state}: {caption}", "第 {n} 格，{state}：{caption}";
    panel_n: "Panel {n}", "第 {n} 格";
    state_empty: "no picture yet", "还没有画面";
    state_queued: "waiting", "排队中";
    state_queued_nth: "waiting, {n} before it", "排队中，前面还有 {n} 个";
    state_painting: "painting", "绘制中";
    state_failed: "failed", "绘制失败";
    state_stale: "words changed", "描述已改";
    state_painted: "painted", "已完成";
    stale_hint: "The prompt, the style or the tone changed after this picture was painted.", "画面完成之后，提示词、画风或色调又有改动。";
    state_avoided: "avoids other things", "要避免的内容已改";
    avoided_hint: "What to avoid changed after this picture was painted.", "画面完成之后，要避免的内容又有改动。";
    state_other_model: "another model", "模型已换";
    other_model_hint: "Another model paints this board now.", "本故事板现在由另一个模型作画。";
    state_other_shape: "another shape", "比例已改";
    other_shape_hint: "The board’s pictures have another shape now; this one is cut to fit.", "故事板现在用另一种画面比例，这幅画经裁切显示。";
    paint: "Paint", "绘制";
    paint_panel: "Paint panel {n}", "绘制第 {n} 格";
    retry: "Try again", "重试";
    retry_panel: "Try panel {n} again", "重试第 {n} 格";
    cancel: "Cancel", "取消";
    cancel_panel: "Cancel panel {n}", "取消第 {n} 格";
    cancel_all: "Cancel all", "全部取消";
    stopping: "Stopping…", "正在停止…";
    stage_loading: "Reading the model", "正在读取模型";
    stage_encoding: "Reading the prompt", "正在理解提示词";
    stage_denoising: "Step {step} of {steps}", "第 {step}/{steps} 步";
    stage_decoding: "Finishing", "正在收尾";
    left_secs: "{n} s left", "还需 {n} 秒";
    left_mins: "{n} min left", "还需 {n} 分钟";
    no_caption: "No caption", "没有说明文字";

    // The inspector.
    inspector_close: "Close the panel’s details", "关闭画格详情";
    previous_panel: "Previous panel", "上一格";
    next_panel: "Next panel", "下一格";
    repaint: "Repaint", "重新绘制";
    repaint_part: "Repaint part…", "局部重绘…";
    repaint_part_hint: "Brush over a region and have only that repainted", "涂抹一个区域，只重画那里";
    versions: "Versions", "版本";
    version_nth: "Version {n} of {all}", "版本 {n}，共 {all} 个";
    prompt: "Prompt", "提示词";
    prompt_of_story: "from the story", "来自故事";
    prompt_changed: "changed by you", "您改过";
    prompt_back: "Back to the story’s words", "恢复为故事中的描述";
    caption: "Caption", "说明文字";
    seed: "Seed", "种子";
    seed_keep: "Keep the seed: the same words paint the same picture", "固定种子：同样的描述画出同样的画面";
    seed_free: "A new seed each time", "每次换新的种子";
    seed_new: "Draw another seed", "另取一个种子";
    duplicate: "Duplicate the panel", "复制画格";
    remove: "Remove the panel", "移除画格";
    move_left: "Move the panel earlier", "画格前移";
    move_right: "Move the panel later", "画格后移";
    scene_facts: "In this scene", "本场景";
    painted_with: "How it was painted", "这幅画的参数";
    painted_fact: "{name}: {value}", "{name}：{value}";
    fact_solver: "Solver", "求解器";
    fact_size: "Size", "尺寸";
    fact_device: "Device", "设备";
    fact_program: "Program", "程序";
    fact_class: "Class", "类别";
    fact_family: "Family", "系列";
    fact_precision: "Precision", "精度";
    shot: "Shot", "景别";
    shot_wide: "Wide", "远景";
    shot_medium: "Medium", "中景";
    shot_close: "Close", "特写";
    notes: "Notes", "备注";
    notes_hint: "For yourself; never painted", "写给自己看，不会入画";
    panel_negative: "What to avoid in this picture", "这幅画要避免的内容";
    panel_negative_hint: "for example: people, text", "例如：人物、文字";
    parts: "Where these words come from", "这些描述从何而来";
    parts_unused: "You wrote the whole prompt yourself, so its parts rest. Go back to the story’s words to use them.",
        "整条提示词由您自己写成，各部分暂不使用。恢复为故事中的描述即可再用。";
    part_name: "Part of the prompt: {part}", "提示词的部分：{part}";
    part_back: "Back to the story’s words: {part}", "恢复故事中的描述：{part}";
    part_left_out: "left out", "已略去";
    part_moment: "Moment", "瞬间";
    part_cast: "Cast", "人物";
    part_setting: "Place", "地点";
    part_time: "Time", "时间";
    part_weather: "Weather", "天气";
    part_mood: "Mood", "气氛";
    part_tone: "Tone", "色调";
    part_added: "Your own", "补充";
    part_added_hint: "anything more", "还想画上什么";

    // The cast.
    cast: "Cast", "人物";
    cast_nobody: "Nobody yet. Find the scenes of the story first, or add somebody by name.", "还没有人物。请先划分场景，或输入名字添加。";
    cast_new: "Name of somebody new", "新人物的名字";
    cast_add: "Add to the cast", "添加人物";
    cast_name: "Name", "名字";
    cast_name_of: "Name of {name}", "{name} 的名字";
    cast_kind: "What it is", "类别";
    cast_aliases: "Also called: {names}", "又名：{names}";
    cast_narrator: "Tells the story", "故事的讲述者";
    cast_looks: "Looks", "外貌";
    cast_look_n: "Look {n}", "外貌 {n}";
    cast_look_new: "Another look", "添加外貌";
    cast_look_hint: "for example: a green coat", "例如：穿绿色外套";
    cast_look_remove: "Take away: {look}", "去掉：{look}";
    cast_where: "Where the story says: {look}", "故事中的出处：{look}";
    cast_looks_back: "Back to what the story says", "恢复为故事中的描写";
    cast_looks_later: "Looks different later…", "后来换了样子…";
    cast_looks_from: "From panel {n} on", "从第 {n} 格起";
    cast_looks_from_elsewhere: "From a scene that is left out on", "从已略去的场景起";
    cast_looks_from_remove: "Take these looks away: {which}", "去掉这组外貌：{which}";
    cast_scenes: "Appears in", "出场画格";
    cast_no_scene: "No scene of the board", "没有在故事板上出场";
    cast_to_panel: "Go to panel {n}", "前往第 {n} 格";
    cast_merge: "{name} is the same as…", "{name} 其实就是…";
    cast_remove: "Take {name} off the cast", "移除 {name}";
    cast_removed: "{name} (taken off)", "{name}（已移除）";
    cast_bring_back: "Bring {name} back", "恢复 {name}";
    cast_taken: "There is a {name} already; to make the two one, use “is the same as…”.", "已有 {name}；若两者是同一人，请用“其实就是…”。";
    cast_open: "{name}: show in the cast", "{name}：查看人物";
    kind_human: "person", "人";
    kind_animal: "animal", "动物";
    kind_creature: "creature", "精怪";
    kind_object: "thing", "物件";
    portrait: "Portrait", "肖像";
    portrait_of: "Portrait of {name}", "{name} 的肖像";
    portrait_paint: "Paint a portrait", "画一幅肖像";
    portrait_cancel: "Take the portrait of {name} off the queue", "把 {name} 的肖像移出队列";
    portrait_failed: "The portrait of {name} could not be painted: {why}", "无法绘制 {name} 的肖像：{why}";
    portrait_sketch: "Picture {at}, painted as a portrait", "画面 {at}，专门画的肖像";
    portrait_none: "No portrait", "不用肖像";
    portrait_from: "Picture {at}, of panel {n}", "画面 {at}，取自第 {n} 格";
    portrait_later: "Paint one, or choose from the pictures of the board once there are some.", "可以专门画一幅，也可以等故事板有了画面再从中选一幅。";

    // The list of edits.
    history: "History", "历史";
    history_close: "Close the history", "关闭历史";
    history_hint: "Click an edit to go back to it, or forward.", "点击任一步，即可回到那里。";
    history_start: "As it was opened", "打开时的样子";
    history_undone: "{what} (undone)", "{what}（已撤销）";
    undone: "Undone: {what}", "已撤销：{what}";
    redone: "Redone: {what}", "已重做：{what}";
    history_of_panel: "{what}, panel {n}", "{what}，第 {n} 格";
    did_story: "Story edited", "编辑正文";
    did_reading: "Scenes found", "划分场景";
    did_title: "Title", "标题";
    did_style: "Style", "画风";
    did_size: "Picture shape", "画面比例";
    did_model: "Model", "模型";
    did_steps: "Steps", "步数";
    did_guidance: "Guidance", "引导强度";
    did_negative: "What to avoid", "要避免的内容";
    did_tone: "Palette and light", "色调与光线";
    did_prompt: "Prompt", "提示词";
    did_part: "Part of the prompt", "提示词的一部分";
    did_added: "Words of your own", "您添加的描述";
    did_shot: "Shot", "景别";
    did_notes: "Notes", "备注";
    did_caption: "Caption", "说明文字";
    did_seed: "Seed", "种子";
    did_new_picture: "New picture", "新画面";
    did_choice: "Version chosen", "选择版本";
    did_remove_picture: "Version thrown away", "删除版本";
    did_remove_panel: "Panel removed", "移除画格";
    did_duplicate: "Panel duplicated", "复制画格";
    did_order: "Order of panels", "画格顺序";
    did_lock: "Lock", "锁定";
    did_star: "Star", "星标";
    did_boundary: "End of a scene", "场景边界";
    did_split: "Scene split", "拆分场景";
    did_merge: "Scenes joined", "合并场景";
    did_skip: "Scene left out", "略去场景";
    did_bring_back: "Scene brought back", "恢复场景";
    did_key_moment: "Sentence to paint", "作画的句子";
    did_cast_name: "Name in the cast", "人物改名";
    did_cast_looks: "Looks", "人物外貌";
    did_cast_kind: "Kind in the cast", "人物类别";
    did_cast_merge: "Cast joined", "合并人物";
    did_cast_add: "Added to the cast", "添加人物";
    did_cast_remove: "Taken off the cast", "移除人物";
    did_cast_back: "Back to the story’s cast", "恢复故事中的人物";
    did_portrait: "Portrait", "肖像";
    did_nothing: "Nothing", "无改动";

    compare: "Compare versions", "比较版本";
    compare_title: "Panel {n}: which version?", "第 {n} 格：选哪个版本？";
    keep_version: "Keep version {n}", "采用版本 {n}";
    version_shown: "This one is shown", "当前显示的版本";
    version_earlier: "An earlier version", "更早的版本";
    version_later: "A later version", "更晚的版本";
    version_remove: "Throw this version away", "删除这个版本";
    negative: "What to avoid, on the whole board", "整个故事板都要避免的内容";
    steps: "Steps", "步数";
    guidance: "Guidance", "引导强度";
    by_model: "by the model", "由模型决定";
    numbers_title: "Painting, on the whole board", "绘制参数（整个故事板）";

    // Repainting a part.
    mask_title: "Repaint a part of panel {n}", "局部重绘第 {n} 格";
    mask_back: "Back to the board", "回到故事板";
    mask_canvas: "Picture to brush on. Arrow keys move the brush, Space paints, Shift and Space erases.",
        "可涂抹的画面。方向键移动笔刷，空格涂抹，Shift 加空格擦除。";
    mask_help: "Brush over what should change.", "涂抹需要改变的地方。";
    mask_brush: "Brush", "笔刷";
    mask_erase: "Eraser", "橡皮";
    mask_size: "Brush size", "笔刷大小";
    mask_clear: "Clear the mask", "清除涂抹";
    mask_prompt: "What should be there", "此处应该画什么";
    mask_strength: "How much may change", "改变的程度";
    mask_go: "Repaint here", "重绘此处";
    mask_need: "Brush over the picture first", "请先在画面上涂抹";

    // The queue.
    queue: "Queue", "队列";
    queue_edge: "Height of the queue", "队列的高度";
    queue_close: "Close the queue", "关闭队列";
    queue_empty: "Nothing waits. What you paint appears here until it is done.", "没有等待的任务。正在绘制的画格会显示在这里。";
    queue_pause: "Pause", "暂停";
    queue_resume: "Resume", "继续";
    queue_paused: "paused", "已暂停";
    queue_earlier: "Paint panel {n} earlier", "提前绘制第 {n} 格";
    queue_later: "Paint panel {n} later", "推后绘制第 {n} 格";
    cancel_queued: "Take panel {n} off the queue", "把第 {n} 格移出队列";
    retry_queued: "Try panel {n} again from the queue", "从队列重试第 {n} 格";
    retry_failed: "Try again what failed", "重试失败的画格";

    // Commands, settings.
    do_palette: "All commands…", "全部命令…";
    do_shortcuts: "Keyboard shortcuts", "键盘快捷键";
    do_export_pdf: "Export the storyboard as PDF", "将故事板导出为 PDF";
    do_export_sheet: "Export all panels on one PNG", "将全部画格导出为一张 PNG";
    do_export_folder: "Export one PNG a panel", "每格导出一张 PNG";
    do_illustrate: "Illustrate: paint the empty panels", "开始绘制：为空白画格作画";
    do_paint: "Paint the selected panels", "绘制选中的画格";
    do_repaint_stale: "Paint again what is out of date", "重新绘制所有已过时的画格";
    repaint_stale: "Paint again what changed", "重新绘制已改的画格";
    do_lock: "Lock or unlock the selected panels", "锁定或解锁选中的画格";
    do_star: "Star or unstar the selected panels", "为选中的画格加或去星标";
    do_cast: "Show the cast", "查看人物";
    do_history: "Show or hide the history", "显示或隐藏历史";
    do_queue: "Show or hide the queue", "显示或隐藏队列";
    do_pause: "Pause or resume the queue", "暂停或继续队列";
    do_look: "Switch between paper and night", "切换纸张与夜间主题";
    do_language: "Switch to Chinese", "切换到英文（English）";
    do_numbers: "Show or hide numbers", "显示或隐藏数值";
    do_motion: "Reduce or restore motion", "减少或恢复动态效果";
    larger: "Larger interface", "放大界面";
    smaller: "Smaller interface", "缩小界面";
    normal_size: "Interface in its normal size", "恢复界面大小";
    palette_hint: "Type what you want to do", "输入您想做的事";
    palette_none: "No command fits.", "没有匹配的命令。";
    close: "Close", "关闭";
    group_files: "Files", "文件";
    group_story: "Story", "故事";
    group_board: "Board", "故事板";
    group_painting: "Painting", "绘制";
    group_window: "Window", "窗口";
    settings: "Settings", "设置";
    settings_look: "Theme", "主题";
    settings_language: "Language", "语言";
    settings_scale: "Interface size", "界面大小";
    settings_numbers: "Show numbers", "显示数值";
    settings_numbers_hint: "Seed, steps, guidance and what a picture was painted with", "种子、步数、引导强度与绘制参数";
    settings_motion: "Reduce motion", "减少动态效果";
    settings_motion_hint: "Controls and scrolling change at once", "控件与滚动不再有过渡动画";
    paper: "Paper", "纸张";
    night_theme: "Night", "夜间";
    chinese_plain: "Chinese", "Chinese";
    preferences_failed: "The preferences could not be kept: {why}", "无法保存偏好设置：{why}";

    // The bar at the bottom.
    progress_paused: "Paused at {done} of {all}", "已暂停，第 {done} / {all} 个";
    queue_pausing: "pauses after this one", "画完这一格后暂停";
    progress_of: "Painting {done} of {all}", "正在绘制 {done} / {all}";
    board_count_one: "{painted} of 1 panel painted", "1 格中已完成 {painted} 格";
    board_count: "{painted} of {all} panels painted", "{all} 格中已完成 {painted} 格";
    board_none: "No panels yet", "还没有画格";
    look_night: "Switch to the night theme", "切换到夜间主题";
    look_paper: "Switch to the paper theme", "切换到纸张主题";
    language_name: "中文界面 (Chinese)", "English（英文界面）";
    language_short: "ZH", "EN";
    language_own: "中文", "English";
    saving: "Saving…", "正在保存…";
    opening: "Opening…", "正在打开…";
    exporting: "Exporting…", "正在导出…";

    // Notices.
    dismiss: "Dismiss", "知道了";
    dismiss_all: "Dismiss all", "全部关闭";
    notices_more: "and {n} more", "还有 {n} 条";
    saved: "Saved: {path}", "已保存：{path}";
    exported: "Exported: {path}", "已导出：{path}";
    save_failed: "The project could not be saved: {why}", "无法保存项目：{why}";
    open_failed: "The file could not be opened: {why}", "无法打开文件：{why}";
    export_failed: "The export failed: {why}", "导出失败：{why}";
    read_failed: "The story could not be read: {why}", "无法阅读故事：{why}";
    paint_failed_n: "{n} panels could not be painted: {why}", "{n} 个画格无法绘制：{why}";
    paint_failed: "Panel {n} could not be painted: {why}", "第 {n} 格无法绘制：{why}";
    orphan: "A picture was finished for a panel that is no longer on the board; undo brings both back.", "有一幅画完成时，它的画格已不在故事板上；撤销可以找回它们。";
    no_cjk_font: "No Chinese font was found on this system. Install one, for example Noto Sans CJK, and start Vignette again.",
        "No Chinese font was found on this system. Install one, for example Noto Sans CJK, and start Vignette again.";
    no_dialog: "The system’s file dialog did not open; install xdg-desktop-portal or zenity and try again.", "系统的文件对话框未能打开；请安装 xdg-desktop-portal 或 zenity 后重试。";
    fault: "Something went wrong inside the program ({why}).", "程序内部出错（{why}）。";
    busy: "Still busy with files. Please wait a moment.", "正在处理文件，请稍候。";
    nothing_to_export: "Nothing is painted yet, so there is nothing to export.", "还没有画面，暂时没有可导出的内容。";

    // Models.
    models: "Models", "模型";
    do_models: "Models: choose, add or fetch one", "模型：选择、添加或获取";
    model_now: "Model: {name}", "模型：{name}";
    models_add: "Add a folder…", "添加文件夹…";
    models_add_hint: "A model’s folder, or a folder with several models in it", "模型所在的文件夹，或存放多个模型的文件夹";
    models_look: "Look for models again", "重新查找模型";
    models_looking: "Looking…", "正在查找…";
    models_folders: "Your folders", "您的文件夹";
    models_no_folders: "Vignette has looked where other programs keep their models. If yours lie elsewhere, add their folder; nothing is copied or moved.",
        "Vignette 已在其他程序常用的位置查找模型。如果您的模型在别处，请添加其文件夹；不会复制或移动任何文件。";
    models_forget: "Take {path} off the list; the folder stays", "将 {path} 移出列表（文件夹保留不动）";
    models_none_here: "no model in it", "其中没有模型";
    models_n_here: "models: {n}", "模型：{n} 个";
    models_unreadable: "Files in formats of other programs: {n} ({place}). Vignette reads folders in the diffusers layout, with a model_index.json.",
        "其他程序格式的文件：{n} 个（{place}）。Vignette 读取含 model_index.json 的 diffusers 格式文件夹。";
    model_built_in: "Built-in model", "内置模型";
    model_built_in_text: "Part of the program, nothing to fetch, and quick. It knows the world of picture books, at about 256×256: place, hour and colours follow your words; people and animals are drawn in a few plain shapes, without fine features.",
        "随程序附带，无需下载，画得快。它熟悉绘本的世界，画面约 256×256：地点、时辰与色彩跟随您的文字；人物与动物只用几笔简单的造型，不细画眉眼。";
    model_paints: "Paints this board", "本故事板正在使用";
    model_check: "Check", "检查";
    model_check_name: "Check {name}", "检查 {name}";
    model_check_hint: "Opens every part as painting does, and says what is missing or does not fit", "像绘制时一样打开每个部分，看看是否齐全、匹配";
    model_checking: "Opening every part…", "正在逐一打开各部分…";
    model_sound: "Every part is there and fits.", "各部分齐全、匹配，可以绘制。";
    model_use: "Use for this board", "用于本故事板";
    model_use_name: "Use {name} for this board", "将 {name} 用于本故事板";
    model_numbers: "Parameters", "参数量";
    model_on_disk: "On disk", "占用磁盘";
    model_memory: "Memory needed", "所需内存";
    model_licence: "Licence", "许可证";
    model_no_licence: "not stated", "未注明";
    model_fits: "That much memory is free here now", "本机目前有足够的空闲内存";
    model_fits_not: "More than is free here now", "超过本机目前的空闲内存";
    model_too_large: "Only {free} are free here now: close other programs, or choose a smaller model. Painting may fail for want of memory.",
        "本机目前只有 {free} 空闲：请关闭其他程序，或选用较小的模型。内存不足时绘制可能失败。";
    model_problem: "Not ready: {why}.", "尚不可用（{why}）。";
    model_unusable: "It cannot be used: {why}", "无法使用（{why}）";
    model_classes: "It paints classes of things, not scenes: a prompt has to name one of its classes, such as “golden retriever”.",
        "它按类别而非场景作画：提示词须写出它的一个类别名，例如 “golden retriever”。";
    count_many: "{n} million", "{n} 万";
    count_very_many: "{n} billion", "{n} 亿";
    fetch_title: "Larger models to fetch", "可获取的大型模型";
    fetch_text: "These paint far better and need far more memory. Fetch the whole repository (a click copies its address, the button the command of Hugging Face’s tool “hf” for a terminal), then look again or add the folder here. Vignette runs nothing that is in it and sends nothing anywhere.",
        "这些模型画得好得多，所需内存也大得多。请获取整个仓库（点击网址即可复制，按钮会复制 Hugging Face 工具 “hf” 的命令，供终端使用），然后重新查找，或在此添加文件夹。Vignette 不会运行其中的任何内容，也不会向外发送任何数据。";
    fetch_model: "Model", "模型";
    fetch_size: "To fetch", "下载";
    fetch_consent: "sign in and agree first", "须先登录并同意";
    fetch_free: "no sign-in", "无须登录";
    fetch_copy: "Copy the command that fetches {name}", "复制获取 {name} 的命令";
    copy_page: "Copy the address of {name}", "复制 {name} 的网址";
    copy_licence: "The licence stands on the model’s page; copy the address of {name}", "许可证见模型页面；复制 {name} 的网址";
    copy_path: "Copy the path of {name}", "复制 {name} 的路径";
    copied: "Copied: {text}", "已复制：{text}";

    // Dialogs.
    close_title: "Close Vignette?", "要关闭 Vignette 吗？";
    leave_title: "Leave this storyboard?", "要离开当前故事板吗？";
    close_unsaved: "The storyboard has changes that are not saved.", "故事板有尚未保存的改动。";
    close_working: "Pictures are still being painted; they would be lost.", "还有画面正在绘制，关闭会丢失它们。";
    close_keep: "Stay here", "取消";
    close_save: "Save first", "保存";
    close_anyway: "Discard changes", "不保存";
    close_stop: "Stop painting", "停止绘制";
    pick_story: "Stories and projects", "故事与项目";
    pick_project: "Vignette project", "Vignette 项目";
    pick_pdf: "PDF document", "PDF 文档";
    pick_png: "PNG picture", "PNG 图片";

    // Why files could not be opened or written.
    why_where: "{why}: {path}", "{why}：{path}";
    io_not_found: "there is no such file", "文件不存在";
    io_denied: "permission is denied", "没有访问权限";
    io_folder: "it is a folder", "这是一个文件夹";
    error_encoding: "the text is not UTF-8 (byte {offset} is invalid); save it as UTF-8 and try again", "正文不是 UTF-8 编码（第 {offset} 字节无效）；请另存为 UTF-8 后重试";
    error_binary: "this is not a text file (byte {offset} is a control code); export the story as plain text", "这不是文本文件（第 {offset} 字节是控制码）；请先导出为纯文本";
    error_no_scenes: "the number of scenes must be 1 or more", "场景数量至少为 1";
    error_write: "it cannot be written here ({why}); choose another place", "无法写入此处（{why}）；请另选位置";
    error_no_project: "this is not a Vignette project but {what}", "这不是 Vignette 项目，而是{what}";
    what_folder: "a folder", "一个文件夹";
    what_empty: "an empty file", "一个空文件";
    what_database: "a database of another program", "其他程序的数据库";
    what_other: "a file of another kind", "其他类型的文件";
    error_damaged: "the project is damaged ({why}); open a copy from a backup", "项目已损坏（{why}）；请从备份打开";
    error_newer: "the project was saved by a newer Vignette (format {found}); update Vignette to open it", "项目由更新版本的 Vignette 保存（格式 {found}）；请更新后再打开";
    why_cut_short: "it is cut short", "文件不完整";
    why_garbled: "its contents are garbled", "内容已错乱";
    why_no_document: "its document is gone", "其中没有文档";
    why_disk_full: "the disk is full", "磁盘已满";
    warn_spoilt: "Pictures in the project that are spoilt and were left out: {n}.", "项目中有 {n} 幅画面已损坏，未能载入。";
    warn_no_portrait: "The portrait of {name} is missing from the project; choose another one.", "项目中缺少 {name} 的肖像，请另选一幅。";
    warn_lost: "The pictures of panel {n} are missing from the project; paint it again.", "项目中缺少第 {n} 格的画面，请重新绘制。";
    warn_lost_some: "Pictures of panel {n} are missing from the project; others are left.", "项目中缺少第 {n} 格的部分画面，其余仍在。";
    warn_caption_cut: "The caption of panel {n} is longer than its place and was cut after {lines} lines; shorten it or choose another layout.",
        "第 {n} 格的说明文字太长，只印出前 {lines} 行；请缩短，或改用其他版式。";
    warn_caption_cut_on_sheet: "The caption of panel {n} was cut after {lines} lines on the contact sheet.", "第 {n} 格的说明文字在合成图上只印出前 {lines} 行。";
    warn_no_chinese_font: "No font on this computer has the Chinese characters of the captions ({sample}), so they are printed as boxes; install a Chinese font such as Noto Serif CJK and export again.",
        "本机没有字体能显示说明文字中的汉字（{sample}），它们会印成方框；请安装中文字体（如思源宋体）后重新导出。";
    warn_no_font: "No font on this computer has these characters, so they are printed as boxes: {sample}", "本机没有字体能显示这些字符，它们会印成方框：{sample}";
    warn_no_picture: "Panel {n} has no picture, so there is no file for it.", "第 {n} 格还没有画面，所以没有对应的文件。";
    error_missing_picture: "the picture {id} is missing in memory; please report it", "内存中缺少画面 {id}；请报告此问题";
    error_ending: "{ending} files cannot be written; use .pdf, .png, .vignette or the name of a folder", "无法写出 {ending} 文件；请使用 .pdf、.png、.vignette 或文件夹名";

    // Why the engine did not paint. What is in brackets comes from the engine.
    error_request: "{why}", "无法按要求绘制（{why}）";
    error_model: "the model cannot be used ({why}); another one can be chosen at the lower right", "模型无法使用（{why}）；可在右下角另选模型";
    error_cancelled: "stopped", "已按要求停止";
    error_device: "the {device} stopped working ({why}); try again, or choose the CPU as the device", "{device} 停止工作（{why}）；请重试，或改用 CPU";
    error_memory: "there is not enough memory to paint this ({why}); try a smaller picture or close other programs", "内存不足（{why}）；请缩小画面或关闭其他程序";
    error_fault: "painting failed by a fault in the program ({why}); please report it with the prompt and the seed", "程序故障导致绘制失败（{why}）；请连同提示词和种子一起报告";
    error_full: "{n} pictures are waiting already; wait for some of them or cancel them", "已有 {n} 幅画在排队；请等待或取消一些";
    error_ended: "the painting thread has ended; restart the program", "绘制线程已结束；请重新启动程序";
    error_empty: "it is empty; paste or write some text first", "内容为空；请先粘贴或写一些文字";
    error_no_words: "it holds no words; a story needs at least one sentence", "其中没有文字；故事至少需要一句话";

    // Facts of a scene.
    dawn: "dawn", "清晨";
    day: "day", "白天";
    dusk: "dusk", "黄昏";
    night: "night", "夜晚";
    joyful: "joyful", "欢乐";
    calm: "calm", "平静";
    tense: "tense", "紧张";
    sad: "sad", "悲伤";
    mysterious: "mysterious", "神秘";
    frightening: "frightening", "可怕";
    hopeful: "hopeful", "充满希望";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(sentence: &str) -> Vec<&str> {
        let mut found: Vec<_> = sentence
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}').map(|(name, _)| name))
            .collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn both_languages_say_the_same() {
        for (key, english, chinese) in PAIRS {
            assert!(!english.is_empty() && !chinese.is_empty(), "{key} is empty");
            assert_eq!(placeholders(english), placeholders(chinese), "{key}");
        }
    }

    #[test]
    fn values_are_filled_once() {
        assert_eq!(fill("{a} of {b}", &[("a", &"{b}"), ("b", &2)]), "{b} of 2");
        assert_eq!(fill("{a} and {c", &[("a", &1)]), "1 and {c");
        assert_eq!(fill("{x}", &[]), "{x}");
    }

    #[test]
    fn names_stand_in_a_chinese_sentence_as_chinese_sets_them() {
        let said = |sentence, name: &str| fill(sentence, &[("name", &name)]);
        assert_eq!(said("把 {name} 的肖像移出队列", "阿宁"), "把阿宁的肖像移出队列");
        assert_eq!(said("把 {name} 的肖像移出队列", "Oda"), "把 Oda 的肖像移出队列");
        assert_eq!(said("{name} 其实就是…", "阿宁"), "阿宁其实就是…");
        assert_eq!(said("移除 {name}", "阿 B"), "移除阿 B");
        assert_eq!(said("Take {name} off the cast", "阿宁"), "Take 阿宁 off the cast");
        assert_eq!(fill("第 {n} 格", &[("n", &3)]), "第 3 格");
    }
}
