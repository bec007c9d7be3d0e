//! Whether a Chinese clause says how somebody looks.

use std::ops::Range;

use super::Page;
use crate::story::doc::Hit;
use crate::story::lexicon::{Class, Concept};
use crate::story::looks::{is_adjective, is_noun};

/// Where on somebody a thing can be worn.
const PLACES: [&str; 25] = [
    "背上", "腰里", "腰间", "腰上", "头上", "身上", "肩上", "胸前", "胸口", "脚上", "脚下", "手上", "脸上",
    "额上", "额头", "鬓边", "脖子", "耳边", "头顶", "膝上", "腿上", "嘴上", "鼻梁", "手腕", "颈上",
];

/// Parts of the body that act: a clause that begins with them is a look only if
/// it says how they are.
const BUSY: [&str; 22] = [
    "手", "眼", "眼睛", "头", "嘴", "嘴巴", "脚", "身子", "手指", "耳朵", "脸", "胳膊", "手臂", "腿", "肩膀",
    "膝盖", "拳头", "指头", "巴掌", "手掌", "脑袋", "肩",
];

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
        // 长得像个脸盆, 自己披着一条麻袋: looks whatever the thing is.
        let letters: String = said.chars().take(4).collect();
        let likened = letters.contains("得像") && !letters.starts_with(['说', '跑', '走', '笑', '哭', '飞']);
        let wrapped = ["披着", "穿着", "戴着", "裹着", "围着", "系着", "扎着"]
            .iter()
            .any(|w| said.trim_start_matches("自己").starts_with(w));
        if (likened || wrapped) && (4..=16).contains(&length) {
            return true;
        }
        if length < 2
            || matches!(
                self.word(from),
                "把" | "被"
                    | "对"
                    | "向"
                    | "朝"
                    | "从"
                    | "跟"
                    | "和"
                    | "用"
                    | "没"
                    | "没有"
                    | "不"
                    | "想"
                    | "要"
                    | "在"
            )
        {
            return false;
        }
        let real: Vec<&(&Hit, &Concept)> =
            hits.iter().filter(|(h, _)| h.token >= from && !h.negated).collect();
        let noun = real.iter().find(|(h, c)| is_noun(c) && !h.likened).map(|(h, _)| h.token);
        let adjective = real.iter().find(|(h, c)| is_adjective(c) && !h.likened).map(|(h, _)| h.token);
        let actions: Vec<(usize, &Concept)> = self
            .doc
            .hits_in(self.sentence, Class::Action)
            .filter(|(h, _)| (from..clause.end).contains(&h.token))
            // 一道刀疤 measures, 他道 speaks.
            .filter(|(h, _)| {
                !matches!(self.word(h.token), "道" | "条" | "张" | "把") || h.token + 1 == clause.end
            })
            .map(|(h, c)| (h.token, c))
            .collect();
        let wears = actions.iter().any(|(_, c)| c.is("wear"))
            || (from..clause.end).any(|t| {
                matches!(
                    self.word(t),
                    "是" | "像"
                        | "换上"
                        | "穿上"
                        | "戴上"
                        | "披上"
                        | "摘下"
                        | "脱下"
                        | "剪"
                        | "剪了"
                        | "留"
                        | "结"
                        | "露出"
                        | "写着"
                        | "夹着"
                        | "架着"
                        | "绣着"
                        | "缝着"
                        | "插着"
                        | "挎着"
                        | "缠着"
                        | "沾着"
                        | "刻着"
                        | "只剩"
                        | "刷"
                )
            });
        let moves = actions.iter().any(|(t, c)| {
            !(c.is("wear") || c.is("be") || c.id == "handle" && Some(*t) > noun && noun.is_some())
        });
        let busy = actions
            .iter()
            .any(|(_, c)| c.is("mind") || c.is("talk") || matches!(c.id.as_str(), "walk" | "see" | "fly"));
        let place = PLACES.iter().any(|p| self.doc.span(from..clause.end.min(from + 3)).starts_with(p));
        if place && wears && !busy {
            return true;
        }
        match (noun, adjective) {
            (Some(noun), adjective) => {
                let leads = noun <= from + 2 || (noun + 1 == clause.end && !moves);
                let part = BUSY.contains(&self.word(noun));
                let says_how = adjective.is_some()
                    || (noun + 1..clause.end).any(|t| matches!(self.word(t), "像" | "得"));
                if busy && !(leads && says_how && !part) {
                    return false;
                }
                // 在一个老婆婆的摊子上 is a place, 在灯下缝扣子 a trade.
                let worded: String = said.chars().take(4).collect();
                let placed = worded.contains('在') && !wears
                    || worded.contains('在') && said.ends_with(['上', '里', '下', '前', '旁', '边']);
                let garment = real.iter().any(|(h, c)| h.token == noun && c.is("clothes"));
                if placed || garment && !wears && adjective.is_none() && !leads {
                    return false;
                }
                // 衣裳做好了, 衣裳却怎么也扣不上: what happens to clothes.
                let happens = ["做", "扣", "缝", "洗", "晾", "补", "湿", "挂在", "是用", "却"]
                    .iter()
                    .any(|w| self.doc.span(noun + 1..clause.end).starts_with(w));
                if garment && happens {
                    return false;
                }
                if wears {
                    return true;
                }
                if part && !says_how {
                    return false;
                }
                // 头发花白, 络腮胡子, 袖口磨得发亮
                (leads && (says_how || !moves || !part)) || (adjective.is_some() && !moves)
            }
            (None, Some(adjective)) => {
                // 个子: 瘦得像根竹竿, 又黑又瘦, 圆鼓鼓的
                let mut lead = from;
                while matches!(
                    self.word(lead),
                    "很" | "又"
                        | "更"
                        | "最"
                        | "太"
                        | "还"
                        | "长得"
                        | "生得"
                        | "非常"
                        | "十分"
                        | "已经"
                        | "有点"
                        | "只"
                        | "好"
                ) {
                    lead += 1;
                }
                let look = real.iter().any(|(h, c)| {
                    h.token == adjective
                        && (c.is("colour") || c.is("size") || c.is("texture") || c.is("shape") || c.is("age"))
                });
                let next = self.word(adjective + 1);
                let single = self.word(adjective).chars().count() == 1;
                let shut = adjective + 1 >= clause.end
                    || matches!(
                        next,
                        "得" | "的" | "又" | "了" | "而" | "着" | "极" | "小" | "大" | "瘦" | "高"
                    );
                let colours = real.iter().filter(|(_, c)| c.is("colour")).count();
                if colours >= 2 && length <= 8 && !busy {
                    return true;
                }
                look && adjective <= lead
                    && length <= 16
                    && (shut || !single)
                    && !busy
                    && (self.told || self.spoken_of.is_some() && length <= 10)
            }
            (None, None) => false,
        }
    }
}
