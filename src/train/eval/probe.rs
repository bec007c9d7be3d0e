//! The probe: a small classifier that says what a picture shows.
//!
//! One convolutional trunk looks at the picture at half its size; each
//! attribute has a map of where to look and a head. It learned from the
//! painter's pictures alone (`assets/models/builtin/recipe/train_probe.py`),
//! never from those of the model that it judges. `recipe/probe.py` is its twin
//! in PyTorch.

use std::{collections::HashMap, path::Path};

use burn::{
    module::Module,
    nn::{
        Linear, LinearConfig, PaddingConfig2d,
        conv::{Conv2d, Conv2dConfig},
    },
    tensor::{
        Device, Tensor, TensorData,
        activation::{relu, softmax},
    },
};
use safetensors::SafeTensors;

use super::attributes::Attribute;
use crate::{
    models::{layers::pixel_unshuffle, weights},
    train::{TrainError, painter::RgbPicture, tensors},
};

/// Where the trained probe lies in the project's folder.
pub const DEFAULT_PATH: &str = "assets/models/builtin/probe.safetensors";
/// How many times smaller a side is what the probe looks at.
pub const DOWNSCALE: usize = 2;
/// What the probe looks at is cut into cells of 4x4 pixels.
const CELL_PX: usize = 4;
const CELL_CHANNELS: usize = 3 * CELL_PX * CELL_PX;
/// Across and down: where a cell is.
const PLACE_CHANNELS: usize = 2;
/// Pictures that are read at once.
const BATCH: usize = 16;
const HOW_TO_TRAIN: &str =
    "train it with assets/models/builtin/recipe/train_probe.py, which says how at its head";

/// `relu(x + conv2(relu(conv1(x))))`.
#[derive(Module, Debug)]
pub struct ProbeBlock {
    conv1: Conv2d,
    conv2: Conv2d,
}

impl ProbeBlock {
    fn new(width: usize, device: &Device) -> Self {
        Self { conv1: conv3x3(width, width, 1, device), conv2: conv3x3(width, width, 1, device) }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        relu(x.clone() + self.conv2.forward(relu(self.conv1.forward(x))))
    }
}

fn conv3x3(from: usize, to: usize, stride: usize, device: &Device) -> Conv2d {
    Conv2dConfig::new([from, to], [3, 3])
        .with_stride([stride, stride])
        .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
        .init(device)
}

fn through(blocks: &[ProbeBlock], x: Tensor<4>) -> Tensor<4> {
    blocks.iter().fold(x, |x, block| block.forward(x))
}

/// Sizes of a [`ProbeNetwork`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProbeConfig {
    /// Channels at 1/4, 1/8 and 1/16 of the side of what it looks at.
    pub widths: [usize; 3],
    /// Blocks at each of them.
    pub blocks: [usize; 3],
    /// Length of the feature vector.
    pub feature_size: usize,
    /// Classes of each head.
    pub classes: Vec<usize>,
}

/// The network; its field names are the checkpoint's keys.
#[derive(Module, Debug)]
pub struct ProbeNetwork {
    conv_in: Conv2d,
    stage1: Vec<ProbeBlock>,
    down1: Conv2d,
    stage2: Vec<ProbeBlock>,
    down2: Conv2d,
    stage3: Vec<ProbeBlock>,
    /// Where each attribute looks.
    attention: Conv2d,
    feature: Linear,
    heads: Vec<Linear>,
}

impl ProbeNetwork {
    /// Random weights.
    pub fn new(config: &ProbeConfig, device: &Device) -> Self {
        let [a, b, c] = config.widths;
        let stage = |width, count| (0..count).map(|_| ProbeBlock::new(width, device)).collect();
        let head = |&count: &usize| LinearConfig::new(c + config.feature_size, count).init(device);
        Self {
            conv_in: conv3x3(CELL_CHANNELS + PLACE_CHANNELS, a, 1, device),
            stage1: stage(a, config.blocks[0]),
            down1: conv3x3(a, b, 2, device),
            stage2: stage(b, config.blocks[1]),
            down2: conv3x3(b, c, 2, device),
            stage3: stage(c, config.blocks[2]),
            attention: Conv2dConfig::new([c, config.classes.len()], [1, 1]).init(device),
            feature: LinearConfig::new(c, config.feature_size).init(device),
            heads: config.classes.iter().map(head).collect(),
        }
    }

    /// Logits of each head, and the feature vector.
    ///
    /// # Shapes
    /// - `image`: `[batch, 3, height, width]`, -1..1, sides divisible by 4
    /// - output: `[batch, classes]` for each head; `[batch, feature_size]`
    pub fn forward(&self, image: Tensor<4>) -> (Vec<Tensor<2>>, Tensor<2>) {
        let cells = pixel_unshuffle(image, CELL_PX);
        let [batch, _, rows, columns] = cells.dims();
        let places = places(rows, columns, &cells.device()).expand([batch, PLACE_CHANNELS, rows, columns]);
        let x = relu(self.conv_in.forward(Tensor::cat(vec![cells, places], 1)));
        let x = relu(self.down1.forward(through(&self.stage1, x)));
        let x = relu(self.down2.forward(through(&self.stage2, x)));
        let x = through(&self.stage3, x);

        let [_, width, rows, columns] = x.dims();
        let count = self.heads.len();
        let looks = self.attention.forward(x.clone()).reshape([batch, count, rows * columns]);
        let cells = x.reshape([batch, width, rows * columns]);
        let seen = softmax(looks, 2).matmul(cells.clone().swap_dims(1, 2));
        let feature = relu(self.feature.forward(cells.mean_dim(2).reshape([batch, width])));
        let logits = self
            .heads
            .iter()
            .enumerate()
            .map(|(index, head)| {
                let own = seen.clone().narrow(1, index, 1).reshape([batch, width]);
                head.forward(Tensor::cat(vec![own, feature.clone()], 1))
            })
            .collect();
        (logits, feature)
    }
}

/// Where each cell is, across and down, -1..1.
///
/// # Shapes
/// - output: `[1, 2, rows, columns]`
fn places(rows: usize, columns: usize, device: &Device) -> Tensor<4> {
    let at = |index: usize, count: usize| (index as f32 + 0.5) * 2.0 / count as f32 - 1.0;
    let across = (0..rows * columns).map(|cell| at(cell % columns, columns));
    let down = (0..rows * columns).map(|cell| at(cell / columns, rows));
    let values: Vec<f32> = across.chain(down).collect();
    Tensor::from_data(TensorData::new(values, [1, PLACE_CHANNELS, rows, columns]), device)
}

/// A trained probe and what its answers mean.
pub struct Probe {
    network: ProbeNetwork,
    /// The attribute of each head and its classes.
    heads: Vec<(Attribute, Vec<String>)>,
    /// What the file says of its training.
    notes: HashMap<String, String>,
    device: Device,
}

/// What a probe says of one picture.
#[derive(Clone, PartialEq, Debug)]
pub struct Reading {
    answers: Vec<(Attribute, String)>,
    /// What the Frechet distance and the search for copies compare.
    pub feature: Vec<f64>,
}

impl Reading {
    /// The likeliest class.
    pub fn answer(&self, attribute: Attribute) -> Option<&str> {
        self.answers.iter().find(|(of, _)| *of == attribute).map(|(_, class)| class.as_str())
    }
}

impl Probe {
    /// Reads a probe from a file and makes sure that it knows all that the
    /// painter paints.
    ///
    /// # Errors
    /// [`TrainError::Data`] for a file that is missing, no probe, or older than
    /// the painter's words.
    pub fn open(path: &Path, device: &Device) -> Result<Self, TrainError> {
        let bytes = std::fs::read(path).map_err(|error| {
            TrainError::data(path, format!("the probe cannot be read ({error}); {HOW_TO_TRAIN}"))
        })?;
        let probe = Self::from_bytes(bytes, device).map_err(|why| {
            TrainError::data(path, format!("the file holds no usable probe ({why}); {HOW_TO_TRAIN}"))
        })?;
        for attribute in Attribute::ALL {
            for class in attribute.classes() {
                if !probe.knows(attribute, class) {
                    let name = attribute.name();
                    return Err(TrainError::data(
                        path,
                        format!(
                            "the probe does not know the {name} '{class}', which the painter paints; {HOW_TO_TRAIN}"
                        ),
                    ));
                }
            }
        }
        Ok(probe)
    }

    /// The probe in the bytes of a safetensors file.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn from_bytes(bytes: Vec<u8>, device: &Device) -> Result<Self, String> {
        let (_, header) = SafeTensors::read_metadata(&bytes).map_err(|e| e.to_string())?;
        let notes = header.metadata().clone().unwrap_or_default();
        let heads = heads_of(&notes)?;
        let shape = |name: &str| {
            let info = header.info(name).ok_or_else(|| format!("tensor '{name}' is missing"))?;
            Ok::<_, String>(info.shape.clone())
        };
        let rows = |name: &str| Ok::<_, String>(shape(name)?.first().copied().unwrap_or(0));
        let blocks = |stage: &str| {
            (0..).take_while(|index| header.info(&format!("{stage}.{index}.conv1.weight")).is_some()).count()
        };
        let config = ProbeConfig {
            widths: [rows("conv_in.weight")?, rows("down1.weight")?, rows("down2.weight")?],
            blocks: ["stage1", "stage2", "stage3"].map(blocks),
            feature_size: rows("feature.weight")?,
            classes: heads.iter().map(|(_, classes)| classes.len()).collect(),
        };
        if config.widths.contains(&0) || config.feature_size == 0 {
            return Err("a layer has no rows".into());
        }
        let mut network = ProbeNetwork::new(&config, device);
        weights::load_f32(&mut network, bytes, "probe").map_err(|e| e.to_string())?;
        Ok(Self { network, heads, notes, device: device.clone() })
    }

    /// The network.
    pub fn network(&self) -> &ProbeNetwork {
        &self.network
    }

    /// The attributes that it answers, and the classes of each.
    pub fn heads(&self) -> &[(Attribute, Vec<String>)] {
        &self.heads
    }

    /// What the file says of its training: `pictures`, `pictures_seen`.
    pub fn note(&self, key: &str) -> Option<&str> {
        self.notes.get(key).map(String::as_str)
    }

    fn knows(&self, attribute: Attribute, class: &str) -> bool {
        self.heads.iter().any(|(of, classes)| *of == attribute && classes.iter().any(|name| name == class))
    }

    /// Reads pictures of one size, sides divisible by 8.
    ///
    /// # Errors
    /// [`TrainError::Settings`] for pictures of other sizes,
    /// [`TrainError::Device`].
    pub fn read(&self, pictures: &[RgbPicture]) -> Result<Vec<Reading>, TrainError> {
        let halves = pictures.iter().map(halved).collect::<Vec<_>>();
        self.read_halves(&halves)
    }

    /// As [`Self::read`], of pictures that have the probe's size already.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_halves(&self, pictures: &[RgbPicture]) -> Result<Vec<Reading>, TrainError> {
        let mut readings = Vec::with_capacity(pictures.len());
        for batch in pictures.chunks(BATCH) {
            let (logits, features) = self.network.forward(tensor_of(batch, CELL_PX, &self.device)?);
            let width = features.dims()[1];
            let features = tensors::values(features)?;
            let logits = logits.into_iter().map(tensors::values).collect::<Result<Vec<_>, _>>()?;
            for row in 0..batch.len() {
                let answers = self.heads.iter().zip(&logits).map(|((attribute, classes), values)| {
                    let own = &values[row * classes.len()..(row + 1) * classes.len()];
                    (*attribute, classes[largest(own)].clone())
                });
                readings.push(Reading {
                    answers: answers.collect(),
                    feature: features[row * width..(row + 1) * width].iter().map(|&v| v.into()).collect(),
                });
            }
        }
        Ok(readings)
    }
}

/// The attribute of each head and its classes, as the file's header has them.
fn heads_of(notes: &HashMap<String, String>) -> Result<Vec<(Attribute, Vec<String>)>, String> {
    let note = |key: &str| notes.get(key).ok_or_else(|| format!("its header lacks '{key}'"));
    let names: Vec<String> = serde_json::from_str(note("attributes")?).map_err(|e| e.to_string())?;
    let mut classes: HashMap<String, Vec<String>> =
        serde_json::from_str(note("classes")?).map_err(|e| e.to_string())?;
    let mut heads = Vec::new();
    for name in names {
        let attribute =
            Attribute::from_name(&name).ok_or_else(|| format!("the attribute '{name}' is not known"))?;
        let classes = classes.remove(&name).filter(|classes| !classes.is_empty());
        heads.push((attribute, classes.ok_or_else(|| format!("its header lacks the classes of '{name}'"))?));
    }
    Ok(heads)
}

/// The index of the largest value; the first of equal ones.
fn largest(values: &[f32]) -> usize {
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = index;
        }
    }
    best
}

/// A picture at half its size, each pixel the mean of four.
pub fn halved(picture: &RgbPicture) -> RgbPicture {
    shrunk(picture, DOWNSCALE)
}

/// A picture `by` times smaller a side, each pixel the mean of those it covers;
/// what is left over at the right and below is cut off.
pub(super) fn shrunk(picture: &RgbPicture, by: usize) -> RgbPicture {
    let wide = picture.width_px as usize;
    let (columns, rows) = (wide / by, picture.height_px as usize / by);
    let mut pixels = Vec::with_capacity(columns * rows * 3);
    for row in 0..rows {
        for column in 0..columns {
            for channel in 0..3 {
                let mut sum = 0;
                for y in row * by..(row + 1) * by {
                    for x in column * by..(column + 1) * by {
                        sum += usize::from(picture.pixels[(y * wide + x) * 3 + channel]);
                    }
                }
                pixels.push(((sum + by * by / 2) / (by * by)) as u8);
            }
        }
    }
    RgbPicture { width_px: columns as u32, height_px: rows as u32, pixels }
}

/// Pictures of one size as a tensor; sides must be divisible by `step`.
///
/// # Shapes
/// - output: `[pictures, 3, height, width]`, -1..1
pub(super) fn tensor_of(
    pictures: &[RgbPicture],
    step: usize,
    device: &Device,
) -> Result<Tensor<4>, TrainError> {
    let (width, height) =
        pictures.first().map_or((0, 0), |first| (first.width_px as usize, first.height_px as usize));
    let fits = |picture: &RgbPicture| {
        picture.width_px as usize == width
            && picture.height_px as usize == height
            && picture.pixels.len() == width * height * 3
    };
    if width * height == 0 || width % step != 0 || height % step != 0 || !pictures.iter().all(fits) {
        return Err(TrainError::Settings(format!(
            "pictures of {width}x{height} cannot be read together; they must be of one size, in steps of {step}"
        )));
    }
    let values: Vec<f32> = pictures
        .iter()
        .flat_map(|picture| picture.pixels.iter().map(|&byte| f32::from(byte) / 127.5 - 1.0))
        .collect();
    let data = TensorData::new(values, [pictures.len(), height, width, 3]);
    Ok(Tensor::<4>::from_data(data, device).permute([0, 3, 1, 2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrinking_takes_means_and_rounds() {
        let pixels = (0..4 * 4 * 3).map(|at| (at * 5) as u8).collect::<Vec<_>>();
        let picture = RgbPicture { width_px: 4, height_px: 4, pixels };
        let half = halved(&picture);
        assert_eq!((half.width_px, half.height_px), (2, 2));
        // Red of the first cell: pixels 0, 1, 4 and 5, each 15 more than the last.
        assert_eq!(half.pixels[0], ((15 + 60 + 75) as f32 / 4.0).round() as u8);
        assert_eq!(shrunk(&picture, 4).pixels.len(), 3);
    }

    #[test]
    fn places_run_from_left_to_right_and_down() {
        let values: Vec<f32> = places(2, 4, &Device::flex()).into_data().try_to_vec().unwrap();
        assert_eq!(values[..4], [-0.75, -0.25, 0.25, 0.75]);
        assert_eq!(values[8..], [-0.5, -0.5, -0.5, -0.5, 0.5, 0.5, 0.5, 0.5]);
    }

    #[test]
    fn pictures_that_do_not_fit_are_refused() {
        let device = Device::flex();
        let of = |width_px, height_px| RgbPicture {
            width_px,
            height_px,
            pixels: vec![0; (width_px * height_px * 3) as usize],
        };
        assert_eq!(tensor_of(&[of(8, 4), of(8, 4)], 4, &device).unwrap().dims(), [2, 3, 4, 8]);
        for wrong in [vec![of(8, 4), of(4, 8)], vec![of(6, 4)], vec![of(0, 0)]] {
            assert!(tensor_of(&wrong, 4, &device).unwrap_err().to_string().contains("one size"));
        }
    }

    #[test]
    fn files_that_are_no_probe_are_refused() {
        let device = Device::flex();
        assert!(Probe::from_bytes(b"no tensors".to_vec(), &device).is_err());
        let missing = Probe::open(Path::new("nowhere.safetensors"), &device).err().unwrap().to_string();
        assert!(missing.contains("train_probe.py") && missing.ends_with("nowhere.safetensors"), "{missing}");
        let notes = |attributes: &str, classes: &str| {
            let notes = [("attributes", attributes), ("classes", classes)];
            heads_of(&notes.map(|(key, value)| (key.to_owned(), value.to_owned())).into())
        };
        assert_eq!(
            notes(r#"["time"]"#, r#"{"time": ["day"]}"#).unwrap(),
            [(Attribute::Time, vec!["day".to_owned()])]
        );
        assert!(notes(r#"["hour"]"#, r#"{"hour": ["one"]}"#).unwrap_err().contains("'hour'"));
        assert!(notes(r#"["time"]"#, r#"{"time": []}"#).unwrap_err().contains("'time'"));
    }
}
