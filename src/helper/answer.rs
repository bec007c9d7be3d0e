//! What the helper is asked, and what of its answer is believed.

use serde::Deserialize;

use super::HelperError;

/// Scenes of an answer at most.
const MOST_SCENES: usize = 200;
/// Characters of a proposed prompt and of a title at most.
const MOST_PROMPT: usize = 600;
const MOST_TITLE: usize = 80;
/// Characters of a quote at least: fewer stand anywhere.
const LEAST_QUOTE: usize = 4;

/// One scene that the helper proposes. Places count Unicode scalar values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposal {
    /// Where it begins.
    pub start: usize,
    /// The sentence to be painted, `[start, end)`.
    pub key_moment: (usize, usize),
    /// A title; may be empty.
    pub title: String,
    /// What to paint, an English sentence; may be empty.
    pub prompt: String,
}

/// What the helper is told to do.
pub(super) fn instructions(wanted: Option<usize>) -> String {
    let count = match wanted {
        Some(count) => format!("exactly {count} scenes"),
        None => "as many scenes as the story has: a new one where place, time or company changes".to_owned(),
    };
    format!(
        "You help an illustrator. Divide the story that the user sends into {count}, in order, each worth \
         one picture. Answer with one JSON object and nothing else: \
         {{\"scenes\":[{{\"starts_with\":\"...\",\"key_moment\":\"...\",\"title\":\"...\",\"prompt\":\"...\"}}]}}. \
         starts_with: the first six to twelve words of the scene, copied exactly from the story. \
         key_moment: the one sentence of that scene most worth painting, copied exactly. \
         title: at most six words in the story's language. \
         prompt: one English sentence that tells a painter who has not read the story what to see: who, how \
         they look, what they do, where, when, weather and light; no names."
    )
}

#[derive(Deserialize)]
struct Answer {
    scenes: Vec<RawScene>,
}

#[derive(Deserialize)]
struct RawScene {
    starts_with: String,
    key_moment: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    prompt: String,
}

/// The proposals in an answer, every quote found in the text.
pub(super) fn proposals(said: &str, text: &str, wanted: Option<usize>) -> Result<Vec<Proposal>, HelperError> {
    let bad = |why: String| HelperError::Unusable(why);
    // Models that think aloud do so before they answer; others fence the object.
    let said = said.rsplit("</think>").next().unwrap_or(said);
    let object = said.find('{').zip(said.rfind('}')).and_then(|(from, to)| said.get(from..=to));
    let object = object.ok_or_else(|| bad("it holds no JSON object".to_owned()))?;
    let answer: Answer = serde_json::from_str(object).map_err(|error| bad(error.to_string()))?;
    let count = answer.scenes.len();
    if count == 0 || count > MOST_SCENES {
        return Err(bad(format!("it proposes {count} scenes; 1 to {MOST_SCENES} can be used")));
    }
    if let Some(wanted) = wanted.filter(|wanted| *wanted != count) {
        return Err(bad(format!("it proposes {count} scenes and {wanted} were asked for")));
    }
    let page = Page::of(text);
    let missing = |what: &str, quote: &str| {
        let words: String = quote.chars().take(40).collect();
        bad(format!("its {what} does not stand in the story after the one before: {words:?}"))
    };
    let mut found: Vec<Proposal> = Vec::new();
    // In the page's characters; the first scene may begin anywhere.
    let mut after = 0;
    for scene in &answer.scenes {
        let (from, _) =
            page.find(&scene.starts_with, after).ok_or_else(|| missing("scene", &scene.starts_with))?;
        let (key, end) =
            page.find(&scene.key_moment, from).ok_or_else(|| missing("key moment", &scene.key_moment))?;
        let start = page.scalar(from);
        found.push(Proposal {
            start,
            key_moment: (page.scalar(key), page.scalar(end.saturating_sub(1)) + 1),
            title: clean(&scene.title, MOST_TITLE),
            prompt: clean(&scene.prompt, MOST_PROMPT),
        });
        after = end;
    }
    Ok(found)
}

/// One line without control characters, cut at a word.
fn clean(text: &str, most: usize) -> String {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let head: String = line.chars().take(most).collect();
    let cut = head.rfind(' ').filter(|at| at * 2 > head.len()).unwrap_or(head.len());
    head.get(..cut).unwrap_or(&head).trim_end_matches([',', ';', ' ']).to_owned()
}

/// A text as quotes of it are compared: white space of any kind is one space,
/// quotation marks and letters of any size are alike. Models copy words well and
/// marks badly.
struct Page {
    letters: String,
    /// Byte of `letters` and the scalar value of the text, for each character.
    places: Vec<(usize, usize)>,
}

impl Page {
    fn of(text: &str) -> Self {
        let mut page = Self { letters: String::new(), places: Vec::new() };
        let mut blank = true;
        for (at, c) in text.chars().enumerate() {
            if c.is_whitespace() {
                if !blank {
                    page.push(' ', at);
                }
                blank = true;
                continue;
            }
            blank = false;
            match c {
                '“' | '”' | '„' | '「' | '」' | '『' | '』' => page.push('"', at),
                '‘' | '’' => page.push('\'', at),
                '–' | '—' => page.push('-', at),
                c => c.to_lowercase().for_each(|low| page.push(low, at)),
            }
        }
        page
    }

    fn push(&mut self, c: char, at: usize) {
        self.places.push((self.letters.len(), at));
        self.letters.push(c);
    }

    /// The first place of a quote at or after character `from`, in characters of
    /// the page.
    fn find(&self, quote: &str, from: usize) -> Option<(usize, usize)> {
        let quote = Self::of(quote);
        let quote = quote.letters.trim();
        let quote = quote.trim_end_matches(['…', '.']).trim_end();
        let length = quote.chars().count();
        if length < LEAST_QUOTE {
            return None;
        }
        let byte = self.places.get(from)?.0;
        let at = byte + self.letters.get(byte..)?.find(quote)?;
        let first = self.places.partition_point(|place| place.0 < at);
        Some((first, first + length))
    }

    /// The scalar value of a character of the page.
    fn scalar(&self, at: usize) -> usize {
        self.places.get(at).or(self.places.last()).map_or(0, |place| place.1)
    }
}
