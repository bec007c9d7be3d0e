//! English facts of looks.
//!
//! Four shapes of phrase tell them: a list after "had", "wore", "with" or "in"
//! ("a snub nose, a gap between her front teeth and hair the colour of straw");
//! a noun of body or clothes with an owner ("her grey eyes"); adjectives of
//! somebody ("a big green frog", "was small and brown", "thin as a rake"); and
//! measures ("a boy of about twenty").

use super::cast::{How, Mention};
use super::lexicon::{Class, Concept, lexicon};
use super::looks::{Fact, is_adjective, is_noun, looks_word};
use super::sentences::{Doc, Hit, Sentence};
use super::setting::tidy;

/// Words that bring a list of looks.
const HAVING: [&str; 11] =
    ["had", "has", "having", "wore", "wears", "wearing", "sported", "bore", "clad", "dressed", "with"];

/// Articles, numbers and owners: what an item of a list may begin with.
const STARTERS: [&str; 17] = [
    "a", "an", "the", "his", "her", "its", "their", "my", "one", "two", "three", "four", "six", "eight",
    "no", "some", "both",
];

/// Words at which a phrase ends.
const CLAUSE: [&str; 21] = [
    "but", "who", "when", "while", "because", "so", "which", "he", "she", "they", "then", "was", "were",
    "is", "are", "had", "until", "if", "i", "we", "where",
];

/// Parts of the body that everybody has and that are mostly busy: they tell
/// something only with an adjective or a comparison.
const BUSY: [&str; 29] = [
    "hand",
    "hands",
    "arm",
    "arms",
    "finger",
    "fingers",
    "foot",
    "feet",
    "knees",
    "knee",
    "back",
    "shoulder",
    "shoulders",
    "mouth",
    "head",
    "face",
    "eyes",
    "eye",
    "chin",
    "lips",
    "teeth",
    "elbow",
    "elbows",
    "palm",
    "thumb",
    "leg",
    "legs",
    "chest",
    "toes",
];

/// One sentence while its facts are collected.
struct Page<'d, 'a> {
    doc: &'d Doc<'a>,
    sentence: &'d Sentence,
    here: &'d [Mention],
    before: &'d [Mention],
    /// Tokens that already belong to a fact.
    used: Vec<(usize, usize)>,
    out: &'d mut Vec<(usize, Fact)>,
}

/// Adds the facts of one sentence. `before` are the mentions of the sentence
/// before, if it stands in the same paragraph.
pub fn read(
    doc: &Doc,
    sentence: &Sentence,
    here: &[Mention],
    before: &[Mention],
    out: &mut Vec<(usize, Fact)>,
) {
    let mut page = Page { doc, sentence, here, before, used: Vec::new(), out };
    page.lists();
    page.nouns();
    page.phrases();
    page.predicates();
    page.measures();
}

impl Page<'_, '_> {
    fn word(&self, t: usize) -> &str {
        if t < self.sentence.tokens.end { self.doc.word(t) } else { "" }
    }

    fn opens(&self, t: usize) -> bool {
        self.doc.tokens.get(t).is_none_or(|x| x.opens)
    }

    fn quoted(&self, t: usize) -> bool {
        self.doc.quoted(t)
    }

    fn adjective(&self, t: usize) -> bool {
        t < self.sentence.tokens.end && adjective_at(self.doc, t)
    }

    fn noun(&self, t: usize) -> bool {
        t < self.sentence.tokens.end && noun_at(self.doc, t)
    }

    fn taken(&self, t: usize) -> bool {
        self.used.iter().any(|u| u.0 <= t && t < u.1)
    }

    /// The text between the token before `t` and `t`, trimmed.
    fn gap(&self, t: usize) -> &str {
        let end = t.checked_sub(1).and_then(|b| self.doc.tokens.get(b)).map_or(0, |b| b.end);
        let start = self.doc.tokens.get(t).map_or(end, |x| x.start);
        // A possessive ending is no part of the token before.
        self.doc.text.get(end..start).unwrap_or("").trim_start_matches(['\'', '’', 's']).trim()
    }

    fn push(&mut self, who: usize, from: usize, to: usize) {
        if to <= from {
            return;
        }
        let text = tidy(self.doc.span(from..to));
        self.push_text(who, from, to, text);
    }

    fn push_text(&mut self, who: usize, from: usize, to: usize, text: String) {
        let start = self.doc.tokens.get(from).map_or(0, |t| t.start);
        let end = to.checked_sub(1).and_then(|t| self.doc.tokens.get(t)).map_or(start, |t| t.end);
        self.out.push((who, Fact { text, span: (start, end), ..Fact::default() }));
        self.used.push((from, to));
    }

    /// Who is spoken of before token `t`: the nearest that is no owner; a
    /// sentence that begins without anybody goes on about the one before it.
    fn told_before(&self, t: usize) -> Option<usize> {
        let near = self.here.iter().rev().find(|m| m.token < t && !m.owner);
        near.or_else(|| self.here.iter().rev().find(|m| m.token < t)).map(|m| m.who)
    }

    /// Whom "with" or "in" at `t` describes: the nearest before it, but the
    /// subject where the nearest is only looked at ("looked up at me with").
    fn described_by(&self, t: usize) -> Option<usize> {
        let near = self.here.iter().rev().find(|m| m.token < t && !m.owner);
        let object =
            near.is_some_and(|m| m.how == How::Pronoun && !m.subject && m.token > self.sentence.tokens.start);
        let subject = self.here.iter().rev().find(|m| m.token < t && m.subject && !m.owner);
        match (object, subject) {
            (true, Some(m)) => Some(m.who),
            _ => near.map(|m| m.who).or_else(|| self.told_near(t)),
        }
    }

    /// As [`Page::told_before`], or who comes after, or who was spoken of last.
    fn told_near(&self, t: usize) -> Option<usize> {
        self.told_before(t)
            .or_else(|| self.here.iter().find(|m| !m.owner).map(|m| m.who))
            .or_else(|| self.before.iter().rev().find(|m| m.subject && !m.owner).map(|m| m.who))
    }

    /// "She had a snub nose, a gap between her teeth, and hair like straw."
    fn lists(&mut self) {
        let mut t = self.sentence.tokens.start;
        while t < self.sentence.tokens.end {
            let word = self.word(t);
            let listed = HAVING.contains(&word)
                || (word == "in" && self.clothes_follow(t + 1))
                || (matches!(word, "put" | "puts" | "pulled" | "have") && self.word(t + 1) == "on");
            // "had found the hat" tells of the past, "had put on a hat" of looks.
            let mut t_on = 0;
            if matches!(word, "had" | "has" | "having" | "have") {
                if matches!(self.word(t + 1), "put" | "pulled") && self.word(t + 2) == "on" {
                    t_on = 2;
                } else if is_verb_word(self.word(t + 1))
                    || self.word(t + 1).ends_with("ed") && !self.adjective(t + 1)
                    || matches!(
                        self.word(t + 1),
                        "been" | "gone" | "taken" | "given" | "seen" | "done" | "made" | "got" | "to"
                    )
                {
                    t += 1;
                    continue;
                }
            }
            let denied =
                t > self.sentence.tokens.start && matches!(self.word(t - 1), "never" | "not" | "had");
            if !listed || denied || self.quoted(t) || self.taken(t) {
                t += 1;
                continue;
            }
            let mut first = t + 1 + t_on;
            while matches!(self.word(first), "on" | "in" | "only" | "still" | "also" | "now" | "always") {
                first += 1;
            }
            // "with" speaks of the noun it follows; "had" of its subject.
            let who = if matches!(word, "with" | "in") {
                self.described_by(t)
            } else {
                self.here
                    .iter()
                    .rev()
                    .find(|m| m.token < t && !m.owner && m.subject)
                    .map(|m| m.who)
                    .or_else(|| self.told_before(t))
            };
            let items = self.items(first);
            let Some(who) = who.filter(|_| !items.is_empty()) else {
                t += 1;
                continue;
            };
            let clothed =
                matches!(word, "wore" | "wears" | "wearing" | "clad" | "dressed" | "in" | "put" | "puts");
            let mut any = false;
            for &(from, to) in &items {
                // Later items are believed once one is about looks.
                let told = self.about_looks(from, to, clothed) || (any && self.described(from, to));
                if told {
                    let from = if STARTERS.get(..8).is_some_and(|s| s.contains(&self.word(from))) {
                        from + 1
                    } else {
                        from
                    };
                    self.push(who, from, to);
                    any = true;
                }
            }
            t = if any { items.last().map_or(t + 1, |i| i.1) } else { t + 1 };
        }
    }

    /// "in a green felt hat", "in his pyjamas", but not "in a hat shop".
    fn clothes_follow(&self, first: usize) -> bool {
        for t in first..first + 7 {
            if t > first && self.opens(t) && self.gap(t) != "," {
                return false;
            }
            if self.noun_of(t, "clothes") {
                let next = self.word(t + 1);
                return self.opens(t + 1)
                    || lexicon().cue_en("function", next)
                    || lexicon().cue_en("locative", next)
                    || next.ends_with("ed")
                    || !looks_like_noun(next);
            }
            let word = self.word(t);
            let part = STARTERS.contains(&word) || self.adjective(t) || t < first + 4;
            if !part || CLAUSE.contains(&word) {
                return false;
            }
        }
        false
    }

    fn noun_of(&self, t: usize, tag: &str) -> bool {
        t < self.sentence.tokens.end && looks_word(self.doc.word(t), |c| c.is(tag))
    }

    /// Items of a list that begins at `first`, as token ranges.
    fn items(&self, first: usize) -> Vec<(usize, usize)> {
        let mut items = Vec::new();
        let mut from = first;
        let mut t = first;
        let end = self.sentence.tokens.end.min(first + 44);
        loop {
            let stop = t >= end || self.quoted(t);
            let word = if stop { "" } else { self.word(t) };
            let comma = !stop && t > first && self.opens(t);
            let boundary = comma || (word == "and" && t > from);
            if stop || (boundary && !self.continues(t, from)) {
                if boundary && !stop && self.next_item(t).is_some() {
                    items.push((from, t));
                    from = self.next_item(t).unwrap_or(t);
                    t = from + 1;
                    continue;
                }
                items.push((from, t.min(self.sentence.tokens.end)));
                break;
            }
            // Relative clauses that describe go along ("that stood up", "you
            // could hang a coat on"); everything else that is a clause ends it.
            let finite = matches!(
                word,
                "stood"
                    | "sat"
                    | "came"
                    | "went"
                    | "lay"
                    | "looked"
                    | "said"
                    | "walked"
                    | "ran"
                    | "sits"
                    | "stands"
                    | "turned"
                    | "waited"
            ) && (from..t).any(|k| self.noun(k))
                && !(from..t).any(|k| matches!(self.word(k), "that" | "which" | "who"));
            if t > from && (CLAUSE.contains(&word) || finite) {
                items.push((from, t));
                break;
            }
            if t - from > 13 {
                items.push((from, t));
                break;
            }
            t += 1;
        }
        items.retain(|(a, b)| b > a);
        items
    }

    /// "a big, green frog", "small and brown": the comma or "and" at `t` stands
    /// between adjectives of one item.
    fn continues(&self, t: usize, from: usize) -> bool {
        let (last, next) =
            if self.word(t) == "and" { (t.wrapping_sub(1), t + 1) } else { (t.wrapping_sub(1), t) };
        let bare = (from..t).all(|k| !self.noun(k) || self.adjective(k));
        (!self.opens(t) || self.gap(t) == ",") && bare && self.adjective(last) && self.adjective(next)
    }

    /// Where the next item begins behind a comma or an "and" at `t`.
    fn next_item(&self, t: usize) -> Option<usize> {
        if self.opens(t) && self.gap(t) != "," {
            return None;
        }
        let mut n = if self.word(t) == "and" { t + 1 } else { t };
        if matches!(self.word(n), "with" | "and") {
            n += 1;
        }
        if n > t && self.opens(n) && n != t {
            return None;
        }
        let word = self.word(n);
        let begins = STARTERS.contains(&word) || self.adjective(n) || self.noun(n);
        // "and his eyes were": a new clause, which speaks for itself.
        let verb = (n..n + 4)
            .any(|k| k > n && !self.opens(k) && matches!(self.word(k), "was" | "were" | "is" | "are"));
        (begins && !verb).then_some(n)
    }

    /// Whether tokens hold a noun of looks that tells something.
    fn about_looks(&self, from: usize, to: usize, clothed: bool) -> bool {
        let mut noun = None;
        for t in from..to {
            if self.noun(t) && !(self.word(t) == "ring" && self.word(t + 1) == "of") {
                noun = Some(t);
                break;
            }
        }
        let Some(noun) = noun else {
            return false;
        };
        let adjective = (from..noun).any(|t| self.adjective(t));
        if self.noun_of(noun, "clothes") {
            return clothed || adjective || to > noun + 1 || noun > from;
        }
        let busy = BUSY.contains(&self.word(noun));
        let follows = matches!(self.word(noun + 1), "like" | "as" | "of" | "that" | "the" | "you" | "so")
            && noun + 2 < to;
        // "ice in his eyelashes", "a pencil stuck in her bun".
        let on_body = noun > from + 1 && (from..noun).any(|t| is_on(self.word(t)));
        if busy {
            return (adjective && !self.held(noun))
                || follows
                || (on_body && !matches!(self.word(noun), "hand" | "hands"));
        }
        adjective || follows || on_body || noun > from || to > noun + 1
    }

    /// "with both hands on the wheel" shows what hands do, not what they are.
    fn held(&self, noun: usize) -> bool {
        matches!(
            self.word(noun.wrapping_sub(1)),
            "both" | "one" | "two" | "free" | "other" | "left" | "right"
        )
    }

    /// A phrase with a visible adjective that is no number alone.
    fn described(&self, from: usize, to: usize) -> bool {
        let person = (from..to).any(|t| lexicon().has_english(self.word(t), Class::Person));
        let them = (from..to).any(|t| matches!(self.word(t), "them" | "ones" | "us"));
        !them
            && ((from..to).any(|t| self.noun(t))
                || (!person && to > from + 1 && (from..to).any(|t| self.adjective(t))))
    }

    /// Nouns of looks with an owner of their own: "her eyes were yellow", "the
    /// fox's red tail", "a smear of grease across her nose".
    fn nouns(&mut self) {
        let hits: Vec<(Hit, &Concept)> =
            self.doc.hits_in(self.sentence, Class::Look).map(|(h, c)| (h.clone(), c)).collect();
        for (hit, concept) in hits {
            if self.taken(hit.token) || hit.likened || self.quoted(hit.token) || !is_noun(concept) {
                continue;
            }
            if let Some((who, from, to)) = self.noun_fact(&hit, concept) {
                self.push(who, from, to);
            }
        }
    }

    fn noun_fact(&self, hit: &Hit, concept: &Concept) -> Option<(usize, usize, usize)> {
        let lex = lexicon();
        let start = self.sentence.tokens.start;
        let noun = hit.token;
        let mut from = noun;
        while from > start && noun - from < 5 {
            let word = self.word(from - 1);
            let adjective = self.adjective(from - 1);
            let joined = !self.opens(from) || (adjective && self.gap(from) == ",");
            let small =
                (lex.cue_en("function", word) || lex.cue_en("locative", word) || STARTERS.contains(&word))
                    && !adjective;
            let verb = (lex.has_english(word, Class::Action) && !word.ends_with("ing")
                || HAVING.contains(&word))
                && !adjective;
            let owner = self.doc.tokens.get(from - 1).is_some_and(|t| t.possessive);
            let and = word == "and" && from - 1 > start && self.adjective(from) && self.adjective(from - 2);
            if !joined || ((small || verb || owner) && !and) {
                break;
            }
            from -= 1;
        }
        let visual = (from..noun).any(|t| self.adjective(t));
        let after = noun + hit.len;
        // "her own kerchief"
        if from > start + 1 && self.word(from - 1) == "own" {
            from -= 1;
        }
        let lead = if from > start { self.word(from - 1) } else { "" };
        let mut owner = None;
        let mut own = matches!(lead, "her" | "his" | "its" | "their" | "my");
        if own {
            owner = self.here.iter().find(|m| m.token + 1 == from).map(|m| m.who);
            // An unresolved owner: who was spoken of last.
            owner = owner.or_else(|| self.told_near(from));
        } else if from > start && self.doc.tokens.get(from - 1).is_some_and(|t| t.possessive) {
            owner = self.here.iter().rev().find(|m| m.token + m.len == from).map(|m| m.who);
            own = owner.is_some();
        }
        if own && let Some(found) = self.on_body(from, noun, owner?) {
            return Some(found);
        }
        let body = !concept.is("clothes");
        if own {
            let who = owner?;
            let copula = (after..after + 2).find(|t| !self.opens(*t) && be(self.word(*t)));
            if let Some(verb) = copula {
                let adjective = (verb + 1..verb + 6)
                    .take_while(|t| !self.opens(*t))
                    .any(|t| self.adjective(t) || self.word(t) == "like");
                let to = if adjective { self.clause_end(verb + 1, 12) } else { after };
                return (adjective || visual).then_some((who, from, to));
            }
            // Clothes that belong to somebody are worn; of the body only what is described.
            let worn = concept.is("clothes")
                && !self.thrown_off(from)
                && !matches!(
                    self.word(noun),
                    "bag" | "pocket" | "handkerchief" | "ring" | "collar" | "sleeve" | "sleeves" | "buttons"
                );
            if visual || worn {
                let to = if self.describes(after) { self.clause_end(after, 8) } else { after };
                return Some((who, from, to));
            }
            return None;
        }
        // Loose but described: "brass buttons and all", "long legs opening".
        let loose = visual
            && (concept.is("clothes")
                || body
                    && (self.opens(from)
                        || lead == "and"
                        || matches!(lead, "a" | "an" | "the" | "out" | "back" | "up")));
        if loose && !BUSY.contains(&self.word(noun)) || (visual && self.opens(from)) {
            let who = self.told_near(noun)?;
            let to = if self.describes(after) { self.clause_end(after, 8) } else { after };
            return Some((who, from, to));
        }
        None
    }

    /// "lost the hat", "took off her coat".
    fn thrown_off(&self, from: usize) -> bool {
        (from.saturating_sub(4).max(self.sentence.tokens.start)..from)
            .any(|t| matches!(self.word(t), "off" | "lost" | "without" | "dropped" | "threw" | "lose"))
    }

    /// "with ice in his eyelashes", "a smear of grease across her nose": the
    /// thing on the body is the fact.
    fn on_body(&self, from: usize, noun: usize, owner: usize) -> Option<(usize, usize, usize)> {
        if matches!(
            self.word(noun),
            "hand"
                | "hands"
                | "arm"
                | "arms"
                | "back"
                | "shoulder"
                | "shoulders"
                | "fingers"
                | "mouth"
                | "feet"
                | "pocket"
                | "bag"
                | "lap"
                | "knees"
                | "coat"
                | "sleeve"
        ) {
            return None;
        }
        let start = self.sentence.tokens.start;
        let place = from.checked_sub(2).filter(|p| *p >= start && is_on(self.word(*p)))?;
        let mut first = place;
        while first > start && place - first < 7 && !self.opens(first) {
            let word = self.word(first - 1);
            if matches!(word, "with" | "was" | "were" | "had" | "is" | "and") {
                break;
            }
            if CLAUSE.contains(&word) || self.here.iter().any(|m| m.token == first - 1) {
                return None;
            }
            // An action ends the phrase: "put a hand on his hair" tells nothing.
            if lexicon().has_english(word, Class::Action)
                && !matches!(word, "stuck" | "painted" | "rolled")
                && !self.adjective(first - 1)
            {
                return None;
            }
            first -= 1;
        }
        let article = matches!(self.word(first), "a" | "an" | "the");
        let begin = if article { first + 1 } else { first };
        let led = first > start && matches!(self.word(first - 1), "with" | "was" | "were" | "had" | "is");
        (led || article && self.opens(first)).then_some((owner, begin, noun + 1)).filter(|f| f.1 + 1 < f.2)
    }

    fn describes(&self, after: usize) -> bool {
        !self.opens(after)
            && matches!(
                self.word(after),
                "with"
                    | "in"
                    | "of"
                    | "on"
                    | "stuck"
                    | "down"
                    | "over"
                    | "made"
                    | "like"
                    | "that"
                    | "as"
                    | "round"
                    | "around"
                    | "at"
                    | "upon"
                    | "the"
                    | "gone"
                    | "cut"
                    | "tied"
                    | "rolled"
                    | "pinned"
            )
    }

    /// Adjectives of a noun phrase that means somebody: "a big green frog", "a
    /// broad untidy man".
    fn phrases(&mut self) {
        let here = self.here;
        for m in here.iter().filter(|m| m.how != How::Pronoun && !self.doc.quoted(m.token)) {
            let start = self.sentence.tokens.start;
            let mut from = m.token;
            while from > start && m.token - from < 5 {
                let word = self.word(from - 1);
                let comma = self.opens(from) && self.gap(from) == "," && self.adjective(from - 1);
                if (self.opens(from) && !comma) || self.doc.tokens.get(from - 1).is_some_and(|t| t.possessive)
                {
                    break;
                }
                let adjective = self.adjective(from - 1);
                let small = STARTERS.contains(&word) && !matches!(word, "one" | "two" | "three")
                    || lexicon().cue_en("function", word)
                    || lexicon().cue_en("locative", word)
                    || is_verb_word(word);
                if small && !adjective && !matches!(word, "very" | "all" | "and") {
                    break;
                }
                from -= 1;
            }
            while from < m.token
                && matches!(
                    self.word(from),
                    "and" | "all" | "very" | "one" | "two" | "three" | "only" | "the" | "same" | "other"
                )
            {
                from += 1;
            }
            if from < m.token && (from..m.token).any(|t| self.adjective(t)) && !self.taken(from) {
                self.push(m.who, from, m.token);
            }
            // "an old greatcoat of a man", "a long thin streak of a man"
            if m.token >= start + 4
                && self.word(m.token - 1) == "a"
                && self.word(m.token - 2) == "of"
                && self.adjective(m.token - 4)
            {
                let mut first = m.token - 4;
                while first > start && self.adjective(first - 1) {
                    first -= 1;
                }
                self.push(m.who, first, m.token + m.len);
            }
        }
    }

    /// "Posy is small and brown and furry", "broad as a door", "had gone grey".
    fn predicates(&mut self) {
        let start = self.sentence.tokens.start;
        for t in self.sentence.tokens.clone() {
            if self.quoted(t)
                || !self.adjective(t)
                || self.taken(t)
                || (self.noun(t + 1) && !self.opens(t + 1))
            {
                continue;
            }
            let back: Vec<&str> = (start..t).rev().take(4).map(|b| self.doc.word(b)).collect();
            let degree = |w: &&str| {
                matches!(
                    *w,
                    "very"
                        | "so"
                        | "now"
                        | "as"
                        | "all"
                        | "still"
                        | "quite"
                        | "rather"
                        | "already"
                        | "both"
                        | "a"
                        | "bit"
                        | "too"
                        | "extremely"
                        | "perfectly"
                        | "almost"
                        | "nearly"
                )
            };
            let copula = back.iter().position(|w| be(w)).filter(|p| back.iter().take(*p).all(degree));
            let as_before = t > start && self.doc.word(t - 1) == "as";
            let comma_at = if as_before { t - 1 } else { t };
            let comma = comma_at > start && self.opens(comma_at) && self.gap(comma_at) == ","
                || matches!(back.first(), Some(&"all")) && t > start && self.opens(t - 1);
            let as_a = self.doc.word(t + 1) == "as";
            // "Judith, thin and tired, ..."
            let beside =
                comma && self.here.iter().any(|m| m.token + m.len == comma_at && m.how != How::Pronoun);
            let who = match copula {
                Some(p) => {
                    let verb = t - 1 - p;
                    self.here
                        .iter()
                        .rev()
                        .find(|m| !m.owner && m.token < verb && m.token + m.len + 2 > verb)
                        .map(|m| m.who)
                }
                None if comma && (as_a || beside || matches!(back.first(), Some(&"all"))) => {
                    self.told_near(t)
                }
                None => None,
            };
            let Some(who) = who else { continue };
            // No fact in "the bear was two miles away" or "it was no man".
            let number = matches!(
                self.word(t),
                "no" | "two"
                    | "three"
                    | "four"
                    | "six"
                    | "eight"
                    | "half"
                    | "missing"
                    | "bright"
                    | "fresh"
                    | "great"
                    | "lost"
                    | "single"
                    | "double"
                    | "straight"
                    | "long"
                    | "short"
                    | "cross"
                    | "one-eyed"
            );
            if number && copula.is_some() && !(as_a || self.opens(t + 1)) {
                continue;
            }
            let to = self.clause_end(t + 1, 7);
            self.push(who, t, to);
        }
    }

    /// Age and size: "was eleven", "a boy of about twenty", "about the size of a
    /// loaf", "twice her height".
    fn measures(&mut self) {
        for t in self.sentence.tokens.clone() {
            if self.quoted(t) {
                continue;
            }
            let (word, next) = (self.word(t).to_owned(), self.word(t + 1).to_owned());
            let age = word == "of"
                && (self.number(t + 1)
                    || (matches!(next.as_str(), "about" | "some" | "perhaps") && self.number(t + 2)));
            if age
                && let Some((who, first)) =
                    self.here.iter().find(|m| m.token + m.len == t).map(|m| (m.who, m.token))
            {
                self.push(who, first, t + if self.number(t + 1) { 2 } else { 3 });
            }
            let about =
                usize::from(matches!(next.as_str(), "about" | "perhaps" | "nearly" | "almost" | "only"));
            let old = matches!(word.as_str(), "was" | "is" | "turned")
                && self.number(t + 1 + about)
                && (matches!(self.word(t + 2 + about), "years" | "and" | "or" | "then" | "now")
                    || self.opens(t + 2 + about));
            if old
                && let Some(who) = self
                    .here
                    .iter()
                    .find(|m| m.token + m.len == t && (m.subject || m.how != How::Noun))
                    .map(|m| m.who)
            {
                let text = format!("{} years old", self.word(t + 1 + about));
                self.push_text(who, t + 1, t + 2 + about, text);
            }
            let sized = (word == "size" && next == "of")
                || (matches!(word.as_str(), "twice" | "half")
                    && matches!(self.word(t + 2), "height" | "size"))
                || (matches!(word.as_str(), "large" | "big" | "tall" | "small")
                    && next == "as"
                    && !self.taken(t));
            if sized && let Some(who) = self.told_before(t) {
                let to = self.clause_end(t + 2, 4);
                self.push(who, t, to);
            }
        }
    }

    fn number(&self, t: usize) -> bool {
        let w = self.word(t);
        let first = w.split('-').next().unwrap_or("");
        NUMBERS.contains(&first) || (w.len() <= 2 && !w.is_empty() && w.chars().all(|c| c.is_ascii_digit()))
    }

    /// End of a fact: at punctuation, at a new clause, or after `most` words.
    fn clause_end(&self, from: usize, most: usize) -> usize {
        let mut t = from;
        while t < self.sentence.tokens.end && t < from + most {
            let word = self.word(t);
            let comma = self.opens(t);
            let and = word == "and" && !self.adjective(t + 1);
            if comma && !(t == from && self.adjective(t) && self.gap(t) == ",") {
                break;
            }
            if and || t > from && CLAUSE.contains(&word) {
                break;
            }
            t += 1;
        }
        t.max(from).min(self.sentence.tokens.end)
    }
}

const NUMBERS: [&str; 31] = [
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
    "twenties",
    "thirties",
    "forties",
    "fifties",
    "sixties",
];

fn be(word: &str) -> bool {
    matches!(
        word,
        "was"
            | "is"
            | "were"
            | "are"
            | "looked"
            | "looks"
            | "became"
            | "grew"
            | "gone"
            | "turned"
            | "went"
            | "grown"
            | "seemed"
            | "stood"
            | "been"
    )
}

fn is_on(word: &str) -> bool {
    matches!(
        word,
        "in" | "on"
            | "over"
            | "across"
            | "round"
            | "around"
            | "upon"
            | "behind"
            | "down"
            | "through"
            | "under"
            | "between"
            | "at"
            | "about"
    )
}

fn is_verb_word(word: &str) -> bool {
    lexicon().has_english(word, Class::Action) && !looks_word(word, is_adjective)
}

fn looks_like_noun(word: &str) -> bool {
    let lex = lexicon();
    lex.has_english(word, Class::Setting)
        || lex.has_english(word, Class::Prop)
        || lex.has_english(word, Class::Person)
}

fn adjective_at(doc: &Doc, token: usize) -> bool {
    let word = doc.word(token);
    looks_word(word, is_adjective)
        || word.rsplit_once('-').is_some_and(|(head, tail)| {
            looks_word(tail, is_adjective)
                || looks_word(head, is_adjective)
                || matches!(
                    tail,
                    "coloured"
                        | "colored"
                        | "eyed"
                        | "haired"
                        | "faced"
                        | "shaped"
                        | "nosed"
                        | "legged"
                        | "bearded"
                )
        })
}

fn noun_at(doc: &Doc, token: usize) -> bool {
    looks_word(doc.word(token), is_noun)
}
