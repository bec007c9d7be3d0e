//! `spiece.model`: a sentencepiece model's protobuf, as far as a unigram
//! tokenizer needs it.
//!
//! Source: `sentencepiece_model.proto` of google/sentencepiece.

/// What a piece is (`SentencePiece.Type`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PieceKind {
    /// A piece of text.
    Normal,
    /// What stands for unknown text.
    Unknown,
    /// A mark such as the end of a text, which no text contains.
    Control,
    /// Anything else: user-defined, unused, a byte.
    Other,
}

/// A piece of the vocabulary; its place is its id.
#[derive(Clone, PartialEq, Debug)]
pub struct Piece {
    /// Its text, with U+2581 for spaces.
    pub text: String,
    /// Logarithm of its probability.
    pub score: f32,
    /// What it is.
    pub kind: PieceKind,
}

/// A parsed model.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SentencePiece {
    /// The vocabulary in the order of ids.
    pub pieces: Vec<Piece>,
    /// The id of unknown text.
    pub unknown: usize,
    /// Whether unknown text is spelled in bytes.
    pub byte_fallback: bool,
    /// The normalizer's table of replacements; may be empty.
    pub charsmap: Vec<u8>,
}

/// Only unigram models are read (`TrainerSpec.ModelType`).
const UNIGRAM: u64 = 1;

impl SentencePiece {
    /// Parses the file's bytes.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut model = Self::default();
        let mut kind = UNIGRAM;
        let mut unknown = None;
        let mut message = Message(bytes);
        while let Some((field, value)) = message.next()? {
            match (field, value) {
                (1, Field::Bytes(piece)) => model.pieces.push(parse_piece(piece)?),
                (2, Field::Bytes(trainer)) => {
                    let mut trainer = Message(trainer);
                    while let Some((field, value)) = trainer.next()? {
                        match (field, value) {
                            (3, Field::Number(value)) => kind = value,
                            (35, Field::Number(value)) => model.byte_fallback = value != 0,
                            (40, Field::Number(value)) => unknown = usize::try_from(value).ok(),
                            _ => {}
                        }
                    }
                }
                (3, Field::Bytes(normalizer)) => {
                    let mut normalizer = Message(normalizer);
                    while let Some((field, value)) = normalizer.next()? {
                        if let (2, Field::Bytes(charsmap)) = (field, value) {
                            model.charsmap = charsmap.to_vec();
                        }
                    }
                }
                _ => {}
            }
        }
        if kind != UNIGRAM {
            return Err(format!("its model type is {kind}; only unigram models (type {UNIGRAM}) are read"));
        }
        let marked = model.pieces.iter().position(|piece| piece.kind == PieceKind::Unknown);
        model.unknown = marked.or(unknown).unwrap_or(0);
        if model.unknown >= model.pieces.len() {
            return Err(format!(
                "it has {} pieces, none of which stands for unknown text",
                model.pieces.len()
            ));
        }
        Ok(model)
    }
}

fn parse_piece(bytes: &[u8]) -> Result<Piece, String> {
    let mut piece = Piece { text: String::new(), score: 0.0, kind: PieceKind::Normal };
    let mut message = Message(bytes);
    while let Some((field, value)) = message.next()? {
        match (field, value) {
            (1, Field::Bytes(text)) => {
                piece.text =
                    String::from_utf8(text.to_vec()).map_err(|_| "a piece is not UTF-8".to_owned())?;
            }
            (2, Field::Four(bits)) => piece.score = f32::from_bits(bits),
            (3, Field::Number(kind)) => {
                piece.kind = match kind {
                    1 => PieceKind::Normal,
                    2 => PieceKind::Unknown,
                    3 => PieceKind::Control,
                    _ => PieceKind::Other,
                }
            }
            _ => {}
        }
    }
    if piece.score.is_nan() {
        Err(format!("the score of piece '{}' is no number", piece.text))
    } else {
        Ok(piece)
    }
}

/// A field's value by its wire type.
enum Field<'b> {
    Number(u64),
    Four(u32),
    Eight,
    Bytes(&'b [u8]),
}

/// The rest of a message.
struct Message<'b>(&'b [u8]);

impl<'b> Message<'b> {
    /// The next field's number and value; nothing at the end.
    fn next(&mut self) -> Result<Option<(u64, Field<'b>)>, String> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = self.number()?;
        let value = match tag & 7 {
            0 => Field::Number(self.number()?),
            1 => {
                self.take(8)?;
                Field::Eight
            }
            2 => {
                let length = self.number()?;
                Field::Bytes(self.take(length)?)
            }
            5 => {
                let bytes = self.take(4)?;
                Field::Four(bytes.iter().rev().fold(0, |bits, &byte| bits << 8 | u32::from(byte)))
            }
            other => return Err(format!("it holds a field of the unknown wire type {other}")),
        };
        Ok(Some((tag >> 3, value)))
    }

    fn number(&mut self) -> Result<u64, String> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("a number in it has too many bytes".into())
    }

    fn take(&mut self, length: u64) -> Result<&'b [u8], String> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let (taken, rest) = self.0.split_at_checked(length).ok_or("it is cut off")?;
        self.0 = rest;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field of bytes.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, bytes.len() as u8], bytes].concat()
    }

    fn piece(text: &str, score: f32, kind: u8) -> Vec<u8> {
        let inside =
            [&field(1, text.as_bytes())[..], &[2 << 3 | 5], &score.to_le_bytes(), &[3 << 3, kind]].concat();
        field(1, &inside)
    }

    #[test]
    fn a_model_is_read() {
        let trainer = field(2, &[3 << 3, 1, 0xc0, 2, 1]);
        let normalizer = field(3, &field(2, &[9, 8, 7]));
        let unread = [9 << 3, 0x80, 1, 8 << 3 | 1, 0, 0, 0, 0, 0, 0, 0, 0];
        let bytes =
            [piece("<pad>", 0.0, 3), piece("<unk>", 0.0, 2), piece("▁a", -1.5, 1), trainer, normalizer]
                .concat();
        let model = SentencePiece::parse(&[&bytes[..], &unread].concat()).unwrap();
        assert_eq!(model.pieces.len(), 3);
        assert_eq!(model.pieces[2], Piece { text: "▁a".into(), score: -1.5, kind: PieceKind::Normal });
        assert_eq!((model.unknown, model.byte_fallback), (1, false));
        assert_eq!(model.charsmap, [9, 8, 7]);
        assert_eq!(SentencePiece::parse(&field(1, &field(1, b"x"))).unwrap().unknown, 0);
    }

    #[test]
    fn damaged_models_are_refused() {
        let whole = [piece("<unk>", 0.0, 2), field(3, &field(2, &[1, 2, 3]))].concat();
        for length in 1..whole.len() {
            let first = piece("<unk>", 0.0, 2).len();
            assert_eq!(SentencePiece::parse(&whole[..length]).is_err(), length != first, "{length} bytes");
        }
        assert!(SentencePiece::parse(&[]).unwrap_err().contains("0 pieces"));
        assert!(SentencePiece::parse(&[0xff; 20]).unwrap_err().contains("too many bytes"));
        assert!(SentencePiece::parse(&[1 << 3 | 3]).unwrap_err().contains("wire type 3"));
        let bpe = [piece("<unk>", 0.0, 2), field(2, &[3 << 3, 2])].concat();
        assert!(SentencePiece::parse(&bpe).unwrap_err().contains("model type is 2"));
        assert!(SentencePiece::parse(&piece("x", f32::NAN, 1)).unwrap_err().contains("no number"));
        let huge = [1 << 3 | 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
        assert!(SentencePiece::parse(&huge).unwrap_err().contains("cut off"));
    }
}
