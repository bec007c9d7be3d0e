//! Where and when a scene plays, its weather and its mood.
//!
//! Every sentence gives evidence by the lexicon; talk, memories, comparisons and
//! denied things count little or nothing. A scene adds up its sentences, early
//! ones more, and inherits from the scene before what it leaves unsaid.

use super::breaks::is_han;
use super::clock::clock;
use super::lexicon::{Class, Concept, lexicon};
use super::looks::{is_adjective, looks_word};
use super::mood::{self, MOODS};
use super::sentences::{Doc, Hit, Sentence, World};
use super::text::among;
use super::types::{Language, Mood, TimeOfDay};

/// Places under an open sky that a ship can land on.
const GROUNDS: [&str; 11] = [
    "planet",
    "forest",
    "meadow",
    "hill",
    "mountains",
    "snowfield",
    "desert",
    "beach",
    "ruins",
    "village",
    "garden",
];

/// Buildings that have rooms of their own.
const BUILDINGS: [&str; 12] = [
    "inn",
    "shop",
    "castle",
    "school",
    "hospital",
    "church",
    "library",
    "theatre",
    "space station",
    "ship",
    "office",
    "workshop",
];

/// The times that evidence is counted for.
const TIMES: [(&str, TimeOfDay); 4] = [
    ("dawn", TimeOfDay::Dawn),
    ("day", TimeOfDay::Day),
    ("dusk", TimeOfDay::Dusk),
    ("night", TimeOfDay::Night),
];

/// A place that a sentence names.
#[derive(Debug, Clone)]
pub struct Place {
    /// Index of its concept.
    pub concept: usize,
    /// How much it looks like the place of the action, 0 upwards.
    pub weight: f32,
    /// The story's own words for it, bytes.
    pub span: (usize, usize),
}

/// What one sentence says about place, time, weather and mood.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Dawn, day, dusk, night.
    pub times: [f32; 4],
    /// A jump in time at the head of the sentence, 0 to 1.
    pub jump: f32,
    /// The jump is so long that the time of day before it says nothing.
    pub long_jump: bool,
    /// To another day, whose hour nobody tells: by day, most likely.
    pub new_day: bool,
    /// Places.
    pub places: Vec<Place>,
    /// Weather concepts with weights.
    pub weather: Vec<(usize, f32)>,
    /// In the order of the moods' list.
    pub moods: [f32; 7],
    /// Somebody moves to another place.
    pub moves: bool,
    /// A ship comes or has come down.
    pub lands: bool,
}

/// The share of its usual weight that a hit keeps.
fn trust(doc: &Doc, sentence: &Sentence, hit: &Hit, in_talk: f32) -> f32 {
    // "There was no moon" is night all the same.
    let moonless = hit.negated && among(doc.word(hit.token), "moon stars star 月亮 月光 星星");
    if hit.likened || (hit.negated && !moonless) {
        return 0.0;
    }
    let talk = if doc.quoted(hit.token) { in_talk } else { 1.0 };
    talk * if sentence.memory { 0.1 } else { 1.0 }
}

/// Reads one sentence.
pub fn evidence(doc: &Doc, sentence: &Sentence) -> Evidence {
    let mut e = Evidence::default();
    for (hit, concept) in doc.hits_of(sentence) {
        match concept.class {
            Class::Time => time(doc, sentence, hit, concept, &mut e),
            Class::Setting if !hit.likened => {
                if let Some(place) = place(doc, sentence, hit, concept) {
                    e.places.push(place);
                }
            }
            Class::Weather => {
                let w = concept.weight * trust(doc, sentence, hit, 0.3);
                if w > 0.0 && !is_over(doc, sentence, hit) {
                    e.weather.push((hit.concept, w));
                }
            }
            Class::Mood => {
                let mut w = concept.weight * if sentence.memory { 0.7 } else { 1.0 };
                if hit.negated {
                    w *= 0.2;
                }
                if hit.likened {
                    w *= 0.4;
                }
                if doc.quoted(hit.token) {
                    w *= 0.7;
                }
                if let Some(slot) = mood_slot(&concept.id).and_then(|i| e.moods.get_mut(i)) {
                    *slot += w;
                }
            }
            Class::Action => e.moves |= concept.is("move") && !doc.quoted(hit.token),
            _ => {}
        }
    }
    e.lands = doc.world == World::Space
        && sentence.tokens.clone().any(|t| {
            among(
                doc.word(t),
                "landed landing lander touched grounded crashed 着陆 降落 登陆 落在 停在 坠毁 降落在",
            )
        });
    if let Some((slot, w)) = clock(doc, sentence)
        && let Some(time) = e.times.get_mut(slot)
    {
        *time += w;
    }
    let text = doc.text.get(sentence.start..sentence.end).unwrap_or("");
    let shouts = text.matches(['!', '！']).count().min(2) as f32;
    if let Some(tense) = e.moods.get_mut(2) {
        *tense += 0.25 * shouts;
    }
    e
}

/// "The snow had gone", "the rain stopped"; "a storm of dust" was none either.
fn is_over(doc: &Doc, sentence: &Sentence, hit: &Hit) -> bool {
    if doc.language == Language::Chinese {
        return false;
    }
    let word = |n: usize| {
        let t = hit.token + hit.len + n;
        let free = t < sentence.tokens.end && !doc.tokens.get(t).is_some_and(|x| x.opens);
        if free { doc.word(t) } else { "" }
    };
    let ends =
        |w: &str| among(w, "stopped ceased melted lifted gone ended over passed cleared thinned died blown");
    let helped =
        among(word(0), "had has was were is have") && (ends(word(1)) || word(1) == "all" && ends(word(2)));
    let of = word(0) == "of" && !among(word(1), "rain snow hail sleet the");
    ends(word(0)) || helped || of
}

fn mood_slot(id: &str) -> Option<usize> {
    MOODS.iter().position(|(name, _)| *name == id)
}

fn time(doc: &Doc, sentence: &Sentence, hit: &Hit, concept: &Concept, e: &mut Evidence) {
    let at = hit.token - sentence.tokens.start;
    if doc.quoted(hit.token) && concept.id == "jump" {
        return;
    }
    // "the night before", "last night": another night than this one.
    let (before, after) = (if at > 0 { doc.word(hit.token - 1) } else { "" }, doc.word(hit.token + hit.len));
    if (after == "before" && concept.weight > 2.0)
        || (before == "last"
            && concept.id != "jump"
            && (at < 2 || !matches!(doc.word(hit.token - 2), "the" | "a")))
    {
        return;
    }
    let leads = match doc.language {
        Language::English => at < 9,
        Language::Chinese => at < 8,
    };
    if concept.id == "jump" {
        if leads && !sentence.memory {
            let own = doc.span(hit.token..hit.token + hit.len).to_lowercase();
            let strong = if at < 4 && own.chars().count() > 4 || own.chars().any(is_han) { 1.0 } else { 0.5 };
            let tier = if concept.weight > 1.5 { 1.0 } else { 0.45 };
            e.jump = e.jump.max(tier * if at < 4 { strong } else { 0.4 });
            let long = [
                "year",
                "month",
                "week",
                "days later",
                "nowadays",
                "since then",
                "spring",
                "summer",
                "autumn",
                "winter",
                "年",
                "月",
                "春",
                "夏",
                "秋",
                "冬",
                "天后",
                "后来",
                "以后",
                "从此",
            ];
            let days = ["day", "第二天", "第三天", "次日", "翌日", "隔天", "几天", "星期", "周末"];
            e.new_day |=
                days.iter().any(|d| own.contains(d)) && !among(&own, "nowadays today") && own != "one day";
            e.long_jump |= long.iter().any(|l| own.contains(l)) || own == "later";
        }
        return;
    }
    let mut w = concept.weight * trust(doc, sentence, hit, 0.2);
    // "By evening" is where the story has come to; "all afternoon" is how long
    // it took.
    if matches!(before, "by" | "towards" | "toward") {
        w *= 1.5;
    } else if among(before, "all whole every each long")
        || doc.language == Language::Chinese && among(before, "每天 每日 天天 每年 年年 每晚 每到")
    {
        w *= 0.45;
    }
    let mut id = concept.id.as_str();
    // What the sun does tells more than that there is one.
    if matches!(doc.word(hit.token), "sun" | "太阳" | "日头") && hit.len == 1 {
        let next: Vec<&str> = (hit.token + 1..hit.token + 6)
            .take_while(|t| *t < sentence.tokens.end && !doc.tokens.get(*t).is_some_and(|x| x.opens))
            .map(|t| doc.word(t))
            .collect();
        let any = |list: &[&str]| next.iter().any(|w| list.contains(w));
        if any(&[
            "set", "setting", "sets", "sink", "sank", "sinking", "down", "low", "gone", "dipped", "落",
            "落山", "下山", "西", "沉", "落下",
        ]) {
            (id, w) = ("dusk", w * 2.3);
        } else if any(&[
            "up", "rise", "rose", "rises", "rising", "climbed", "climbs", "升", "升起", "出来", "爬上",
            "露出", "冒出",
        ]) {
            (id, w) = ("dawn", w * 2.3);
        }
    }
    if let Some(i) = TIMES.iter().position(|(name, _)| *name == id)
        && let Some(slot) = e.times.get_mut(i)
    {
        *slot += w;
        if leads && concept.weight > 2.0 && w > 1.0 {
            e.jump = e.jump.max(0.8);
        }
    }
}

fn place(doc: &Doc, sentence: &Sentence, hit: &Hit, concept: &Concept) -> Option<Place> {
    let lex = lexicon();
    let mut w = concept.weight * trust(doc, sentence, hit, 0.15);
    if hit.negated {
        w = 0.1 * concept.weight;
    }
    if w <= 0.0 {
        return None;
    }
    let token = doc.tokens.get(hit.token)?;
    let mut from = hit.token;
    match doc.language {
        Language::English => {
            let mut t = hit.token;
            let mut preposition = "";
            let mut determined = false;
            for back in 0..8 {
                if t <= sentence.tokens.start || doc.tokens.get(t).is_some_and(|x| x.opens) {
                    break;
                }
                t -= 1;
                let word = doc.word(t);
                // "the edge of the wood" is in the wood.
                let part = word == "of"
                    && t > sentence.tokens.start
                    && among(
                        doc.word(t - 1),
                        "edge side top middle centre center bottom end foot mouth heart bank corner length steps front rest depths floor back doorway threshold wall walls roof door window windows far shadow shade gate outskirts banks shore sides rim lip head",
                    );
                if part {
                    determined = false;
                    continue;
                }
                if lex.cue_en("locative", word)
                    || among(
                        word,
                        "of from left out reached entered crossed climbed found explored searched visited",
                    )
                {
                    preposition = word;
                    break;
                }
                // "In the morning the sky was red": "in" leads the morning.
                let own = doc.tokens.get(t).is_some_and(|x| x.possessive);
                if determined && !own && !among(word, "all both half the a an his her its their my our of") {
                    break;
                }
                determined |= own || among(word, "the a an his her its their my our this that");
                // The noun's own modifiers belong to the surface: "old tin mine".
                let small = lex.cue_en("function", word)
                    || doc.tokens.get(t).is_some_and(|x| x.capital && t == sentence.tokens.start);
                let verb = lex.has_english(word, Class::Action) || word.ends_with("ed");
                if !small
                    && !verb
                    && t + 1 == from
                    && from + 2 > hit.token
                    && back < 2
                    && !doc.tokens.get(t).is_some_and(|x| x.possessive)
                {
                    from = t;
                }
            }
            // "a window that looks out to sea": seen from elsewhere.
            if (hit.token.saturating_sub(6).max(sentence.tokens.start)..hit.token).any(|t| {
                among(doc.word(t), "look looks looked looking gazed staring stared view views facing faced overlooking overlooked")
            }) && matches!(preposition, "to" | "over" | "on" | "onto" | "across" | "of" | "towards" | "toward" | "")
            {
                w *= 0.4;
            }
            // "Outside it had begun to rain on the roof": they are inside.
            if among(doc.word(sentence.tokens.start), "outside elsewhere")
                && hit.token > sentence.tokens.start
            {
                w *= 0.4;
            }
            // The sky is a place for those who fly.
            if concept.id == "sky" && !among(preposition, "in into through across among above on") {
                w *= 0.3;
            }
            // A place thought of is not the place of the action.
            let thought = hit.token > sentence.tokens.start && matches!(doc.word(hit.token - 1), "about")
                || hit.token > sentence.tokens.start + 1 && doc.word(hit.token - 2) == "about";
            if thought {
                w *= 0.15;
            }
            // "There was a hut at the edge": a place brought on stage.
            let staged = preposition.is_empty()
                && (sentence.tokens.start..hit.token).rev().take(6).any(|t| doc.word(t) == "there");
            w *= match preposition {
                "" if staged => 1.3,
                // "The submersible had been built": what the paragraph is about.
                "" if hit.token <= sentence.tokens.start + 2 && sentence.first
                    || is_head_of_clause(doc, sentence, hit.token)
                        && is_told_of(doc, hit.token + hit.len) =>
                {
                    1.0
                }
                "" => 0.6,
                "from" | "of" | "left" | "out" | "off" => 0.5,
                "beyond" | "above" | "past" | "behind" | "toward" | "towards" | "outside" | "over"
                | "around" | "round" => 1.0,
                _ => 1.6,
            };
            // "the station master", "castle gate": first half of a compound.
            let next = hit.token + hit.len;
            let joined =
                doc.tokens.get(next).is_some_and(|x| !x.opens && !lex.cue_en("function", doc.word(next)));
            let own = doc.word(hit.token);
            // "I had the hat inside mine": no mine.
            let led = hit.token.checked_sub(1).map_or("", |t| doc.word(t));
            if own == "mine" && (lex.cue_en("locative", led) || among(led, "is was of than with and")) {
                return None;
            }
            if joined && token.capital && doc.tokens.get(next).is_some_and(|x| x.capital) && !token.opens {
                // "Canal Street" is no canal.
                return None;
            }
            if joined && looks_word(own, is_adjective) {
                // "a fat green bottle" is on no green.
                return None;
            } else if joined && lex.has_english(doc.word(next), Class::Person) {
                w *= 0.2;
            } else if joined
                && !lex.has_english(doc.word(next), Class::Setting)
                && !lex.has_english(doc.word(next), Class::Action)
                && !doc.word(next).ends_with("ly")
                && !doc.word(next).ends_with("ed")
                && !doc.word(next).ends_with("ing")
                && !doc.tokens.get(next).is_some_and(|x| x.capital)
                && !among(
                    doc.word(next),
                    "day side floor wall walls door window table edge end itself again together alone",
                )
            {
                // "a forest fire", "the green bottle"
                w *= 0.45;
            }
            // "yellow squares", "iron bars": many of them are things.
            if hit.plural {
                w *= 0.6;
            }
            if token.capital && hit.token != sentence.tokens.start {
                w *= 0.8;
            }
        }
        Language::Chinese => {
            let before =
                if hit.token > sentence.tokens.start && !token.opens { doc.word(hit.token - 1) } else { "" };
            let earlier = if hit.token > sentence.tokens.start + 1 { doc.word(hit.token - 2) } else { "" };
            let next = doc.word(hit.token + 1);
            let follows = doc.tokens.get(hit.token + 1).is_some_and(|x| !x.opens);
            let led = |word: &str| lex.cue_zh("locative", word);
            let positioned = follows && lex.cue_zh("position", next);
            let ends_placed = token.end > token.start
                && doc
                    .word(hit.token)
                    .ends_with(['里', '上', '边', '中', '下', '口', '前', '外', '旁', '底']);
            w *= match (before, earlier) {
                ("从" | "出了" | "离开", _) => 0.6,
                (b, _) if led(b) => 1.7,
                (_, b) if led(b) => 1.4,
                // 敲开了岭下那家客栈: what leads the place leads its attributes as well.
                _ if (sentence.tokens.start..hit.token)
                    .rev()
                    .take(7)
                    .take_while(|t| !doc.tokens.get(*t + 1).is_some_and(|x| x.opens))
                    .any(|t| led(doc.word(t))) =>
                {
                    1.4
                }
                _ if positioned || ends_placed => 1.2,
                // 镇外只有一家客栈: a place brought on stage.
                _ if (sentence.tokens.start..hit.token)
                    .rev()
                    .take(4)
                    .take_while(|t| !doc.tokens.get(*t + 1).is_some_and(|x| x.opens))
                    .any(|t| matches!(doc.word(t), "有" | "是" | "叫")) =>
                {
                    1.3
                }
                _ => 0.6,
            };
            // 朝路上张望: looked at, and not walked on.
            let looked = among(before, "朝 向 往 朝着 向着 对着")
                && (hit.token + 1..hit.token + 5)
                    .take_while(|t| !doc.tokens.get(*t).is_some_and(|x| x.opens))
                    .any(|t| among(doc.word(t), "看 望 张望 看去 望去 眺望 看了看 望了望 看着 望着 指"));
            if looked {
                w *= 0.3;
            }
            // 客栈的门 is at the inn, 客栈的账 anywhere.
            let part = token.possessive
                && ["门", "大门", "院", "窗", "屋顶", "台阶", "柜台", "大堂", "角落", "尽头", "墙"]
                    .iter()
                    .any(|p| {
                        doc.text.get(token.end..).is_some_and(|r| r.trim_start_matches('的').starts_with(p))
                    });
            if part {
                w *= 1.8;
            } else if token.possessive && !positioned {
                w *= 0.6;
            }
            if doc.word(hit.token).chars().count() == 1 {
                w *= 0.8;
            }
        }
    }
    let start = doc.tokens.get(from).map_or(token.start, |t| t.start);
    let end = doc.tokens.get(hit.token + hit.len - 1).map_or(token.end, |t| t.end);
    // Among the stars a ship is on no sea.
    let aloft = doc.world == World::Space && matches!(concept.id.as_str(), "ship" | "station");
    let station = || lex.concepts.iter().position(|c| c.class == Class::Setting && c.id == "space station");
    let concept = aloft.then(station).flatten().unwrap_or(hit.concept);
    Some(Place { concept, weight: w, span: (start, end) })
}

/// "The number nine bus": nothing but the noun's own words before it.
fn is_head_of_clause(doc: &Doc, sentence: &Sentence, token: usize) -> bool {
    token <= sentence.tokens.start + 4
        && (sentence.tokens.start..token).all(|t| {
            !lexicon().has_english(doc.word(t), Class::Action)
                && (t == sentence.tokens.start || !doc.tokens.get(t).is_some_and(|x| x.opens))
                && !lexicon().cue_en("pronoun", doc.word(t))
        })
}

/// "The corridor was dark", "the beach is stones": the sentence is about it.
fn is_told_of(doc: &Doc, after: usize) -> bool {
    doc.tokens.get(after).is_some_and(|t| !t.opens)
        && among(
            doc.word(after),
            "was is were are lay stood stretched smelled smelt looked seemed had went ran",
        )
}

/// Place, time, weather and mood of one scene.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Best place: concept and the story's own words.
    pub place: Option<(usize, String)>,
    /// Second place, when it comes close.
    pub second: Option<String>,
    /// Time of day.
    pub time: TimeOfDay,
    /// Strength of the evidence for the time; below 2 it is not passed on.
    time_weight: f32,
    /// Weather concept.
    pub weather: Option<usize>,
    /// Mood.
    pub mood: Mood,
}

/// Frames of all scenes; `scenes` are ranges of sentences.
pub fn frames(doc: &Doc, evidence: &[Evidence], scenes: &[std::ops::Range<usize>]) -> Vec<Frame> {
    let mut out: Vec<Frame> = Vec::new();
    for (index, scene) in scenes.iter().enumerate() {
        let part = evidence.get(scene.clone()).unwrap_or(&[]);
        let frame = frame(doc, part, out.last(), (index, scenes.len()));
        out.push(frame);
    }
    out
}

fn frame(doc: &Doc, part: &[Evidence], before: Option<&Frame>, (index, count): (usize, usize)) -> Frame {
    // How fast the opening's advantage fades: a scene says where it is early.
    let early = |i: usize| 1.0 + 0.9 / (1.0 + i as f32 * 0.5);
    let mut places: Vec<(usize, f32, f32, (usize, usize))> = Vec::new();
    let mut times = [0.0f32; 4];
    let mut weathers: Vec<(usize, f32)> = Vec::new();
    let mut moods = [0.0f32; 7];
    for (i, e) in part.iter().enumerate() {
        for p in &e.places {
            // A landing is by a river or on the stairs: what else the scene has
            // of either decides.
            let rival = e.places.iter().find(|q| q.span == p.span && q.concept != p.concept);
            let support = |concept: usize| -> f32 {
                let alone = |q: &&Place| q.concept == concept && !(q.span == p.span && rival.is_some());
                part.iter().flat_map(|e| &e.places).filter(alone).map(|q| q.weight).sum::<f32>()
                    + if before.and_then(|b| b.place.as_ref()).is_some_and(|b| b.0 == concept) {
                        0.5
                    } else {
                        0.0
                    }
            };
            let w = match rival {
                Some(q) if support(q.concept) > support(p.concept) => 0.0,
                _ => p.weight * early(i),
            };
            match places.iter_mut().find(|q| q.0 == p.concept) {
                Some(q) => {
                    q.1 += w;
                    if w > q.2 {
                        (q.2, q.3) = (w, p.span);
                    }
                }
                None => places.push((p.concept, w, w, p.span)),
            }
        }
        for (sum, t) in times.iter_mut().zip(e.times) {
            *sum += t * early(i);
        }
        for &(concept, w) in &e.weather {
            match weathers.iter_mut().find(|q| q.0 == concept) {
                Some(q) => q.1 += w * early(i),
                None => weathers.push((concept, w * early(i))),
            }
        }
        // Many words of one mood in a sentence say it once more, not five times.
        for (sum, m) in moods.iter_mut().zip(e.moods) {
            *sum += m.min(6.0);
        }
    }
    places.sort_by(|a, b| b.1.total_cmp(&a.1));
    let id_of = |concept: usize| lexicon().concept(concept).map_or("", |c| c.id.as_str());
    // Who runs from the beach into the sea is at the beach; who has landed
    // stands on the ground.
    let over = |top: &str, ground: &dyn Fn(&str) -> bool, share: f32| {
        let best = places.first().filter(|p| id_of(p.0) == top)?;
        places.iter().position(|p| ground(id_of(p.0)) && p.1 >= share * best.1)
    };
    let aboard = places.iter().any(|p| id_of(p.0) == "ship" && p.1 >= 1.0);
    let shore = over("sea", &|id| id == "beach", 0.45).filter(|_| !aboard);
    let landed =
        over("space station", &|id| GROUNDS.contains(&id), 0.3).filter(|_| part.iter().any(|e| e.lands));
    if let Some(at) = shore.or(landed) {
        let ground = places.remove(at);
        places.insert(0, ground);
    }
    let long_jump = part.iter().take(2).any(|e| e.long_jump);
    let own = |span: (usize, usize)| tidy(doc.text.get(span.0..span.1).unwrap_or(""));
    let best = places.first().filter(|p| p.1 >= 0.7);
    let place = match (best, before) {
        (Some(p), _) => Some((p.0, own(p.3))),
        (None, Some(b)) if !long_jump => b.place.clone(),
        _ => places.first().map(|p| (p.0, own(p.3))),
    };
    // A doorway or a window is part of the place the story was in already, and
    // a hall or a staircase of the inn it was in.
    let furniture = |concept: usize| lexicon().concept(concept).is_some_and(|c| c.weight < 0.75);
    let room = |concept: usize| furniture(concept) || id_of(concept) == "house";
    let carried = before
        .and_then(|b| b.place.clone())
        .filter(|b| {
            let part = best.is_some_and(|p| {
                p.0 != b.0 && (furniture(p.0) || room(p.0) && BUILDINGS.contains(&id_of(b.0)))
            });
            !long_jump && part && !room(b.0)
        })
        .map(|b| b.1);
    let second = best.and_then(|b| places.get(1).filter(|p| p.1 > 0.55 * b.1 && p.1 > 0.9)).map(|p| own(p.3));
    let second = carried.or(second);

    let (slot, time_weight) = strongest(&times);
    let (time, time_weight) = if time_weight >= 1.0 {
        (TIMES.get(slot).map_or(TimeOfDay::Unknown, |t| t.1), time_weight)
    } else {
        let jumped = part.iter().take(2).any(|e| e.jump >= 0.4);
        let new_day = part.iter().take(2).any(|e| e.new_day && e.jump >= 0.4);
        match before {
            Some(_) if new_day && doc.world == World::Space => (TimeOfDay::Unknown, 0.0),
            Some(_) if new_day => (TimeOfDay::Day, 1.0),
            // Dawn and dusk are short: the next scene may still be in them, and
            // no scene that begins with a jump.
            Some(b) if matches!(b.time, TimeOfDay::Dawn | TimeOfDay::Dusk) => {
                if long_jump || jumped || b.time_weight < 2.5 {
                    (TimeOfDay::Unknown, 0.0)
                } else {
                    (b.time, b.time_weight.min(6.0) * 0.55)
                }
            }
            Some(b) if !long_jump && b.time_weight >= 2.5 => (b.time, b.time_weight.min(6.0) * 0.85),
            _ => (TimeOfDay::Unknown, 0.0),
        }
    };
    weathers.sort_by(|a, b| b.1.total_cmp(&a.1));
    let jumped = part.iter().take(2).any(|e| e.jump >= 0.8);
    let weather = match weathers.first() {
        Some(w) if w.1 >= 1.0 => Some(w.0),
        _ if jumped || long_jump => None,
        // Rain, snow and fog stay until something changes; a breeze does not.
        _ => {
            before.and_then(|b| b.weather).filter(|w| lexicon().concept(*w).is_some_and(|c| c.weight >= 2.0))
        }
    };
    let id =
        |concept: Option<usize>| concept.and_then(|c| lexicon().concept(c)).map_or("", |c| c.id.as_str());
    let (place_id, weather_id) = (id(place.as_ref().map(|p| p.0)), id(weather));
    // Whoever came to school at dawn is there by day.
    let day_came = time == TimeOfDay::Dawn && strongest(&times).1 < 1.0;
    let time =
        if (time == TimeOfDay::Unknown || day_came) && likely_day(place_id, weather_id, before, long_jump) {
            TimeOfDay::Day
        } else {
            time
        };
    let context =
        mood::Context { index, count, time, weather: weather_id, place: place_id, sentences: part.len() };
    let mood = mood::decide(&moods, &context);
    Frame { place, second, time, time_weight, weather, mood }
}

/// Whether a scene that never says when it plays plays by day: people are at
/// market, in school and in the fields by day, and a hot or clear sky is a day's.
fn likely_day(place: &str, weather: &str, before: Option<&Frame>, long_jump: bool) -> bool {
    let by_day = [
        "market", "school", "office", "shop", "meadow", "garden", "beach", "hedge", "workshop", "library",
        "theatre", "police", "harbour", "pond", "tree", "town", "village",
    ];
    let after_night = before.is_some_and(|b| b.time == TimeOfDay::Night) && !long_jump;
    !after_night && (by_day.contains(&place) || matches!(weather, "hot" | "clear"))
}

fn strongest(values: &[f32]) -> (usize, f32) {
    values.iter().copied().enumerate().fold((0, 0.0), |best, (i, v)| if v > best.1 { (i, v) } else { best })
}

/// One line, single spaces.
pub fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame_of(text: &str, language: Language) -> Frame {
        let doc = Doc::new(text, language, &[]);
        let e: Vec<Evidence> = doc.sentences.iter().map(|s| evidence(&doc, s)).collect();
        let all = 0..doc.sentences.len();
        frames(&doc, &e, &[all]).remove(0)
    }

    fn place_id(f: &Frame) -> Option<String> {
        f.place.as_ref().and_then(|p| lexicon().concept(p.0)).map(|c| c.id.clone())
    }

    #[test]
    fn english_frame() {
        let f = frame_of(
            "At midnight the girl walked into the forest. Rain fell. It was not day.",
            Language::English,
        );
        assert_eq!(place_id(&f).as_deref(), Some("forest"));
        assert_eq!(f.time, TimeOfDay::Night);
        assert_eq!(f.weather.and_then(|w| lexicon().concept(w)).map(|c| c.id.as_str()), Some("rain"));
    }

    #[test]
    fn chinese_frame() {
        let f = frame_of("清晨，小女孩在河边走着。雾很大。", Language::Chinese);
        assert_eq!(place_id(&f).as_deref(), Some("river"));
        assert_eq!(f.time, TimeOfDay::Dawn);
    }

    #[test]
    fn comparisons_and_talk_set_no_scene() {
        let f = frame_of(
            "The cottage was as tall as a castle. \"The desert is far,\" said Tom.",
            Language::English,
        );
        assert_eq!(place_id(&f).as_deref(), Some("house"));
    }
}
