//! What a fact of looks is about, and from which scene to which it holds.

use super::Fact;

/// What a fact is about, as far as a later fact about the same replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// How the hair is worn, and its colour.
    Hair,
    /// Beard and moustache.
    Beard,
    /// The outermost garment.
    Outer,
    /// What is on the head.
    Head,
    /// What is on the feet.
    Feet,
    /// Young, old, a number of years.
    Age,
    /// Wet, muddy, bloody: gone with the scene.
    Passing,
    /// Anything else stays.
    Lasting,
}

const HAIR: &str = "hair,plait,plaits,braid,braids,pigtails,ponytail,curls,bun,bob,fringe,locks,头发,辫,短发,长发,学生头,马尾,发髻,卷发,光头,平头,寸头,刘海,白发";

const BEARD: &str = "beard,moustache,mustache,whiskers,stubble,胡子,胡须,络腮胡,胡茬,须";

const OUTER: &str = "coat,overcoat,raincoat,greatcoat,cloak,cape,jacket,dress,gown,robe,robes,suit,uniform,nightgown,nightdress,pyjamas,kimono,tunic,armour,armor,jersey,frock,anorak,parka,fur,dressing gown,大衣,外套,雨衣,棉袄,斗篷,披风,长袍,袍,裙,旗袍,西装,风衣,军装,制服,盔甲,睡衣,长衫,礼服,夹克,褂,衫";

const HEAD: &str = "hat,cap,hood,bonnet,crown,helmet,headscarf,kerchief,turban,wig,veil,beret,帽,头巾,斗笠,头盔,王冠,皇冠,草帽";

const FEET: &str =
    "boots,shoes,slippers,sandals,clogs,barefoot,trainers,sneakers,靴,鞋,光着脚,赤着脚,赤脚,光脚,木屐";

const PASSING: &str = "wet,soaked,soaking,dripping,drenched,sodden,muddy,mud,dirty,bloody,bleeding,sweating,sweaty,dusty,tear-stained,tearful,swollen,flushed,scarlet,blushing,pale,shivering,ice,frost,soot,grease,torn,湿,滴着水,满身是泥,脏,血,汗,红肿,肿,泪,惨白,煞白,苍白,涨红,通红,冰,霜";

const AGE: &str = "years old,old,young,elderly,aged,岁,年轻,苍老,年迈,老了";

/// The slot of a fact.
pub fn slot(fact: &str) -> Slot {
    let low = fact.to_lowercase();
    let words: Vec<&str> = low.split(|c: char| !(c.is_alphanumeric() || c == '-')).collect();
    let has = |list: &str| {
        list.split(',')
            .any(|w| if w.is_ascii() && !w.contains(' ') { words.contains(&w) } else { low.contains(w) })
    };
    // "Ice in his hair" and "wet hair" pass; what they say of hair does not hold.
    if has(PASSING) {
        return Slot::Passing;
    }
    for (list, slot) in [
        (HAIR, Slot::Hair),
        (BEARD, Slot::Beard),
        (OUTER, Slot::Outer),
        (HEAD, Slot::Head),
        (FEET, Slot::Feet),
        (AGE, Slot::Age),
    ] {
        if has(list) {
            return slot;
        }
    }
    Slot::Lasting
}

/// For every fact the first scene in which it holds and one past the last
/// (`None`: to the end of the story). `scene_of` tells the scene of a sentence.
pub fn spells(facts: &[Fact], scene_of: impl Fn(usize) -> usize) -> Vec<(usize, Option<usize>)> {
    let slots: Vec<Slot> = facts.iter().map(|f| slot(&f.text)).collect();
    let from: Vec<usize> = facts.iter().map(|f| scene_of(f.sentence)).collect();
    let mut out: Vec<(usize, Option<usize>)> = Vec::with_capacity(facts.len());
    for (i, (slot, first)) in slots.iter().zip(&from).enumerate() {
        if facts.get(i).is_some_and(|f| f.fixed) {
            out.push((0, None));
            continue;
        }
        let end = match slot {
            Slot::Passing => Some(first + 1),
            Slot::Lasting => None,
            _ => slots
                .iter()
                .zip(&from)
                .skip(i + 1)
                .find(|(other, later)| *other == slot && *later > first)
                .map(|(_, later)| *later),
        };
        // A lasting look told late was there from the start; a change was not.
        let earlier = slots.iter().take(i).any(|other| other == slot);
        let begin =
            if matches!(slot, Slot::Lasting | Slot::Hair | Slot::Beard) && !earlier { 0 } else { *first };
        out.push((begin, end));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(text: &str, sentence: usize) -> Fact {
        Fact { text: text.to_owned(), span: (sentence, sentence + 1), sentence, fixed: false }
    }

    #[test]
    fn later_looks_replace_earlier_ones() {
        let facts = [
            fact("long brown plait", 0),
            fact("grey eyes", 1),
            fact("blue cloak", 2),
            fact("hair cut short", 5),
            fact("soaked coat", 5),
            fact("red coat", 8),
        ];
        // Two sentences a scene.
        let spells = spells(&facts, |s| s / 2);
        assert_eq!(spells, [(0, Some(2)), (0, None), (1, Some(4)), (2, None), (2, Some(3)), (4, None)]);
    }

    #[test]
    fn slots_of_both_languages() {
        assert_eq!(slot("扎成一条辫子"), Slot::Hair);
        assert_eq!(slot("崭新的红呢大衣"), Slot::Outer);
        assert_eq!(slot("eleven years old"), Slot::Age);
        assert_eq!(slot("a nose like a hatchet"), Slot::Lasting);
        assert_eq!(slot("old felt hat"), Slot::Head);
    }
}
