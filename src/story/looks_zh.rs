//! Chinese facts of looks: whole clauses such as 剪着短短的学生头 or 左脸有一颗小痣,
//! and what stands before the noun of somebody (一个满脸胡子的男人).
//!
//! Chinese drops its subjects, so a sentence is read clause by clause with the
//! one spoken of kept in mind.

use std::ops::Range;

use super::cast::{How, Mention};
use super::lexicon::{Class, Concept, lexicon};
use super::looks::{Fact, is_adjective, is_noun};
use super::sentences::{Doc, Hit, Sentence};
use super::setting::tidy;

/// Characters kept of one fact.
const LONGEST_FACT: usize = 24;

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

/// Adds the facts of one sentence. `before` are the mentions of the sentence
/// before it.
pub fn read(
    doc: &Doc,
    sentence: &Sentence,
    here: &[Mention],
    before: &[Mention],
    out: &mut Vec<(usize, Fact)>,
) {
    let carried = before
        .iter()
        .rev()
        .find(|m| m.subject && !m.owner)
        .or_else(|| before.iter().rev().find(|m| !m.owner))
        .map(|m| m.who);
    let mut page = Page { doc, sentence, here, out, spoken_of: carried, told: false };
    let mut start = sentence.tokens.start;
    while start < sentence.tokens.end {
        let mut end = start + 1;
        while end < sentence.tokens.end && !doc.tokens.get(end).is_some_and(|t| t.opens) {
            end += 1;
        }
        if !doc.quoted(start) {
            page.clause(start..end);
            page.before_nouns(start..end);
        }
        start = end;
    }
}

struct Page<'d, 'a> {
    doc: &'d Doc<'a>,
    sentence: &'d Sentence,
    here: &'d [Mention],
    out: &'d mut Vec<(usize, Fact)>,
    /// Whom the clauses without a subject are about.
    spoken_of: Option<usize>,
    /// `spoken_of` was named in this sentence.
    told: bool,
}

impl Page<'_, '_> {
    fn word(&self, t: usize) -> &str {
        self.doc.word(t)
    }

    fn hits(&self, clause: &Range<usize>) -> Vec<(&Hit, &'static Concept)> {
        // 一头鲸: there it measures.
        let measure = |t: usize| {
            matches!(self.word(t), "头" | "口" | "面")
                && t.checked_sub(1).is_some_and(|b| {
                    matches!(self.word(b), "一" | "两" | "三" | "几" | "那" | "这" | "每" | "一头" | "半")
                })
        };
        self.doc
            .hits_in(self.sentence, Class::Look)
            .filter(|(h, _)| clause.contains(&h.token) && !measure(h.token))
            .collect()
    }

    fn push(&mut self, who: usize, from: usize, to: usize) {
        let text = tidy(self.doc.span(from..to));
        let text: String = text.chars().take(LONGEST_FACT).collect();
        if text.chars().count() < 2 {
            return;
        }
        let start = self.doc.tokens.get(from).map_or(0, |t| t.start);
        let end = to.checked_sub(1).and_then(|t| self.doc.tokens.get(t)).map_or(start, |t| t.end);
        self.out.push((who, Fact { text, span: (start, end), ..Fact::default() }));
    }

    fn clause(&mut self, clause: Range<usize>) {
        let inside: Vec<&Mention> = self.here.iter().filter(|m| clause.contains(&m.token)).collect();
        let hits = self.hits(&clause);
        // 头发留得很长 speaks of whoever was spoken of; 许棠的脸 of 许棠.
        let of_body = hits.first().is_some_and(|(h, c)| h.token <= clause.start + 1 && is_noun(c));
        let first = inside
            .iter()
            .find(|m| m.token == clause.start || (!of_body && m.subject && m.token <= clause.start + 4));
        let mut from = clause.start;
        let mut who = self.spoken_of;
        if let Some(m) = first {
            who = Some(m.who);
            if m.token <= clause.start + 1 {
                from = m.token + m.len;
            }
        }
        while from < clause.end
            && matches!(
                self.word(from),
                "的" | "今年" | "呢" | "啊" | "也" | "却" | "就" | "便" | "都" | "正" | "又"
            )
            && !self.word(from).is_empty()
        {
            from += 1;
        }
        // 那三根指头的人: somebody else, whom nobody has named.
        let foreign = first.is_none()
            && (clause.start..clause.end)
                .any(|t| self.word(t) == "人" && t > clause.start && self.word(t - 1) == "的");
        let told = !foreign && from < clause.end && self.is_look(&clause, from, &hits);
        if told && let Some(who) = who {
            self.push(who, from, clause.end);
        }
        self.age(&clause, who);
        // Whom the next clauses are about: the subject; in 门口站着一个老人 the
        // one who is brought on; and whom something was done to with 给 or 把.
        // 那是一个铁做的人: what follows is about somebody whom nobody has named.
        if foreign
            && (clause.start..clause.end).any(|t| matches!(self.word(t), "是" | "有" | "站着" | "坐着"))
        {
            self.spoken_of = None;
            return;
        }
        if of_body && told && first.is_none() {
            return;
        }
        if let Some(m) = first {
            self.spoken_of = Some(m.who);
            self.told = true;
        }
        let brought = inside.iter().rev().find(|m| !m.owner && m.how != How::Pronoun);
        let staged = clause.clone().any(|t| {
            matches!(
                self.word(t),
                "有" | "来了"
                    | "是"
                    | "站着"
                    | "坐着"
                    | "走来"
                    | "进来"
                    | "蹲着"
                    | "躺着"
                    | "住着"
                    | "趴着"
                    | "放着"
                    | "牵着"
                    | "带着"
            )
        });
        if let Some(m) = brought
            && (first.is_none() && (staged || !self.told)
                || staged
                    && first.is_some_and(|f| {
                        f.token != m.token && self.doc.word(m.token.saturating_sub(1)) != "在"
                    }))
        {
            self.spoken_of = Some(m.who);
        }
        let done_to = inside.iter().rev().find(|m| {
            m.token > clause.start
                && !m.subject
                && matches!(self.word(m.token - 1), "给" | "把" | "替" | "为")
        });
        if let Some(m) = done_to {
            self.spoken_of = Some(m.who);
        }
    }

    /// Whether a clause says how somebody looks, from token `from` on.
    fn is_look(&self, clause: &Range<usize>, from: usize, hits: &[(&Hit, &'static Concept)]) -> bool {
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

    /// 她七岁, 今年十二岁
    fn age(&mut self, clause: &Range<usize>, who: Option<usize>) {
        let text = self.doc.span(clause.clone());
        let Some(at) = text.find('岁') else { return };
        let before = text.get(..at).unwrap_or("");
        let digits: Vec<char> = before
            .chars()
            .rev()
            .take_while(|c| c.is_ascii_digit() || "一二三四五六七八九十百多来几".contains(*c))
            .collect();
        let digits: String = digits.into_iter().rev().collect();
        // 十七岁的见习生陆遥
        let first = self.doc.tokens.get(clause.start).map_or(0, |t| t.start);
        let after = text.get(at..).is_some_and(|r| r.starts_with("岁的"));
        let bearer = after
            .then(|| {
                self.here.iter().find(|m| {
                    clause.contains(&m.token)
                        && !m.owner
                        && self
                            .doc
                            .tokens
                            .get(m.token)
                            .is_some_and(|t| t.start >= first + at && t.start <= first + at + 24)
                })
            })
            .flatten()
            // 照片上三岁的我 was three then.
            .filter(|m| self.word(m.token) != "我")
            .map(|m| m.who);
        let who = bearer.or(who);
        let ends = text.ends_with('岁') || text.ends_with("岁了") || bearer.is_some();
        if !digits.is_empty()
            && ends
            && !self.sentence.memory
            && !["比", "差一", "大了", "小了"].iter().any(|w| before.contains(w))
            && let Some(who) = who
        {
            let start = self.doc.tokens.get(clause.start).map_or(0, |t| t.start) + at - digits.len();
            let span = (start, start + digits.len() + '岁'.len_utf8());
            self.out.push((who, Fact { text: format!("{digits}岁"), span, ..Fact::default() }));
        }
    }

    /// 一盏白纸糊的灯, 大黄狗, 一个穿红衣服的小女孩
    fn before_nouns(&mut self, clause: Range<usize>) {
        let lex = lexicon();
        let here = self.here;
        for m in here.iter().filter(|m| clause.contains(&m.token) && m.how == How::Noun) {
            let own = self.word(m.token).to_owned();
            let coloured = own.chars().count() > 1
                && own.char_indices().any(|(i, c)| {
                    own.get(i..i + c.len_utf8()).is_some_and(|w| {
                        lex.chinese(w).iter().any(|k| lex.concept(*k).is_some_and(|k| k.is("colour")))
                    })
                });
            if coloured {
                self.push(m.who, m.token, m.token + m.len);
            }
            let look = |t: usize| {
                lex.chinese(self.doc.word(t))
                    .iter()
                    .any(|k| lex.concept(*k).is_some_and(|k| k.class == Class::Look))
            };
            let mut from = m.token;
            while from > clause.start && m.token - from < 5 {
                let word = self.word(from - 1);
                if look(from - 1) || matches!(word, "的" | "做" | "糊") {
                    from -= 1;
                } else {
                    break;
                }
            }
            // The whole attribute back to the measure word, if it holds a look.
            if m.token > clause.start + 2 && self.word(m.token - 1) == "的" {
                let measure = (clause.start..m.token - 1).rev().take(9).find(|t| {
                    matches!(
                        self.word(*t),
                        "个" | "位"
                            | "名"
                            | "只"
                            | "条"
                            | "匹"
                            | "头"
                            | "盏"
                            | "群"
                            | "朵"
                            | "座"
                            | "架"
                            | "台"
                    ) && *t > clause.start
                        && "一两三那这几某另每".contains(self.word(*t - 1).chars().last().unwrap_or(' '))
                });
                if let Some(measure) = measure
                    && (measure + 1..m.token - 1).any(look)
                {
                    from = from.min(measure + 1);
                }
            }
            while from < m.token && self.word(from) == "的" {
                from += 1;
            }
            let adjective = (from..m.token).any(|t| {
                lex.chinese(self.word(t))
                    .iter()
                    .any(|k| lex.concept(*k).is_some_and(|k| k.class == Class::Look))
            });
            if from < m.token && adjective {
                self.push(m.who, from, m.token + m.len);
            }
        }
    }
}
