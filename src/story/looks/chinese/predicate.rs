//! Whether a Chinese clause says how somebody looks.

use std::ops::Range;

use super::Page;
use crate::story::doc::Hit;
use crate::story::lexicon::words::{among, begins_with_any};
use crate::story::lexicon::{Class, Concept};
use crate::story::looks::{is_adjective, is_noun};

/// Where on somebody a thing can be worn.
const WORN_AT: &str = "背上 腰里 腰间 腰上 头上 身上 肩上 胸前 胸口 脚上 脚下 手上 脸上 额上 额头 鬓边 脖子 耳边 头顶 膝上 腿上 嘴上 鼻梁 手腕 颈上";

/// Parts of the body that act: a clause that begins with them is a look only if
/// it says how they are.
const BUSY: &str =
    "手 眼 眼睛 头 嘴 嘴巴 脚 身子 手指 耳朵 脸 胳膊 手臂 腿 肩膀 膝盖 拳头 指头 巴掌 手掌 脑袋 肩";

/// Verbs of wearing, going on.
const WEARING: &str = "披着 穿着 戴着 裹着 围着 系着 扎着";

/// Words that no clause of looks begins with.
const NO_LOOK_BEGINS: &str = "把 被 对 向 朝 从 跟 和 用 没 没有 不 想 要 在";

/// Copulas, verbs of dressing and of what is seen on somebody.
const VERBS_OF_LOOKS: &str = "是 像 换上 穿上 戴上 披上 摘下 脱下 剪 剪了 留 结 露出 写着 夹着 架着 绣着 缝着 插着 挎着 缠着 沾着 刻着 只剩 刷";

/// Classifiers that are verbs elsewhere: 一道刀疤 measures, 他道 speaks.
const CLASSIFIERS: &str = "道 条 张 把";

/// What clothes have done to them: 衣裳做好了.
const DONE_TO_CLOTHES: &str = "做 扣 缝 洗 晾 补 湿 挂在 是用 却";

/// Adverbs of degree before an adjective.
const DEGREES: &str = "很 又 更 最 太 还 长得 生得 非常 十分 已经 有点 只 好";

/// What closes an adjective of one character, or goes on from it.
const AFTER_ADJECTIVE: &str = "得 的 又 了 而 着 极 小 大 瘦 高";

/// A clause from the first token that may tell a look.
struct Predicate<'h> {
    /// First token.
    from: usize,
    /// One past the last token.
    end: usize,
    /// Its text.
    said: &'h str,
    /// Its length in characters.
    length: usize,
    /// The looks in it that are not denied.
    real: Vec<&'h (&'h Hit, &'static Concept)>,
    /// First token of its first noun of looks that is no comparison.
    noun: Option<usize>,
    /// The same of its first adjective.
    adjective: Option<usize>,
    /// A verb of wearing or of looks.
    wears: bool,
    /// A verb of anything else that is done.
    moves: bool,
    /// A verb of thought, talk, walking, seeing or flying.
    busy: bool,
}

impl Page<'_, '_> {
    /// Whether a clause says how somebody looks, from token `from` on.
    pub(super) fn is_look(
        &self,
        clause: &Range<usize>,
        from: usize,
        hits: &[(&Hit, &'static Concept)],
    ) -> bool {
        let said = self.doc.span(from..clause.end);
        let length = said.chars().count();
        if is_likened_or_wrapped(said) && (4..=16).contains(&length) {
            return true;
        }
        if length < 2 || among(self.word(from), NO_LOOK_BEGINS) {
            return false;
        }
        let p = self.predicate(clause, from, hits);
        let placed = begins_with_any(self.doc.span(from..clause.end.min(from + 3)), WORN_AT);
        if placed && p.wears && !p.busy {
            return true;
        }
        match (p.noun, p.adjective) {
            (Some(noun), _) => self.noun_is_look(&p, noun),
            (None, Some(adjective)) => self.adjective_is_look(&p, adjective),
            (None, None) => false,
        }
    }

    fn predicate<'h>(
        &'h self,
        clause: &Range<usize>,
        from: usize,
        hits: &'h [(&'h Hit, &'static Concept)],
    ) -> Predicate<'h> {
        let said = self.doc.span(from..clause.end);
        let real: Vec<_> = hits.iter().filter(|(h, _)| h.token >= from && !h.negated).collect();
        let first = |test: fn(&Concept) -> bool| {
            real.iter().find(|(h, c)| test(c) && !h.likened).map(|(h, _)| h.token)
        };
        let (noun, adjective) = (first(is_noun), first(is_adjective));
        let inside = from..clause.end;
        let actions: Vec<(usize, &Concept)> = self
            .doc
            .hits_in(self.sentence, Class::Action)
            .filter(|(h, _)| inside.contains(&h.token))
            .filter(|(h, _)| !among(self.word(h.token), CLASSIFIERS) || h.token + 1 == clause.end)
            .map(|(h, c)| (h.token, c))
            .collect();
        let wears = actions.iter().any(|(_, c)| c.is("wear"))
            || inside.clone().any(|t| among(self.word(t), VERBS_OF_LOOKS));
        let handled = |t: usize, c: &Concept| c.id == "handle" && noun.is_some_and(|n| t > n);
        let moves = actions.iter().any(|(t, c)| !(c.is("wear") || c.is("be") || handled(*t, c)));
        let busy = actions.iter().any(|(_, c)| c.is("mind") || c.is("talk") || among(&c.id, "walk see fly"));
        Predicate {
            from,
            end: clause.end,
            said,
            length: said.chars().count(),
            real,
            noun,
            adjective,
            wears,
            moves,
            busy,
        }
    }

    /// 头发花白, 络腮胡子, 袖口磨得发亮: a clause with a noun of looks.
    fn noun_is_look(&self, p: &Predicate, noun: usize) -> bool {
        let leads = noun <= p.from + 2 || (noun + 1 == p.end && !p.moves);
        let part = among(self.word(noun), BUSY);
        let says_how =
            p.adjective.is_some() || (noun + 1..p.end).any(|t| matches!(self.word(t), "像" | "得"));
        if p.busy && !(leads && says_how && !part) {
            return false;
        }
        // 在一个老婆婆的摊子上 is a place, 在灯下缝扣子 a trade.
        let led = p.said.chars().take(4).any(|c| c == '在');
        let placed = led && (!p.wears || p.said.ends_with(['上', '里', '下', '前', '旁', '边']));
        let garment = p.real.iter().any(|(h, c)| h.token == noun && c.is("clothes"));
        if placed || garment && !p.wears && p.adjective.is_none() && !leads {
            return false;
        }
        // 衣裳做好了, 衣裳却怎么也扣不上: what happens to clothes.
        if garment && begins_with_any(self.doc.span(noun + 1..p.end), DONE_TO_CLOTHES) {
            return false;
        }
        if p.wears {
            return true;
        }
        if part && !says_how {
            return false;
        }
        (leads && (says_how || !p.moves || !part)) || (p.adjective.is_some() && !p.moves)
    }

    /// 瘦得像根竹竿, 又黑又瘦, 圆鼓鼓的: a clause with an adjective and no noun.
    fn adjective_is_look(&self, p: &Predicate, adjective: usize) -> bool {
        let colours = p.real.iter().filter(|(_, c)| c.is("colour")).count();
        if colours >= 2 && p.length <= 8 && !p.busy {
            return true;
        }
        let mut lead = p.from;
        while among(self.word(lead), DEGREES) {
            lead += 1;
        }
        let visible = ["colour", "size", "texture", "shape", "age"];
        let look = p.real.iter().any(|(h, c)| h.token == adjective && visible.iter().any(|tag| c.is(tag)));
        let single = self.word(adjective).chars().count() == 1;
        let closed = adjective + 1 >= p.end || among(self.word(adjective + 1), AFTER_ADJECTIVE);
        look && adjective <= lead
            && p.length <= 16
            && (closed || !single)
            && !p.busy
            && (self.told || self.spoken_of.is_some() && p.length <= 10)
    }
}

/// 长得像个脸盆, 自己披着一条麻袋: looks, whatever the thing is.
fn is_likened_or_wrapped(said: &str) -> bool {
    let letters: String = said.chars().take(4).collect();
    let likened = letters.contains("得像") && !letters.starts_with(['说', '跑', '走', '笑', '哭', '飞']);
    likened || begins_with_any(said.trim_start_matches("自己"), WEARING)
}
