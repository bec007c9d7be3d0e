//! Where it happens: one function a setting, one file a family.
//!
//! Each setting paints from far to near: [`paint_behind`] before the figures,
//! [`paint_front`] after them. Scene units throughout.

mod coast;
mod dry;
mod garden;
mod growth;
mod indoors;
mod land;
mod rooms;
mod station;
mod town;

use rand::Rng;

use super::canvas::Easel;
use super::colour::Rgb;
use super::spec::SceneSpec;
use super::words::Setting;

pub use coast::{rowing_boat_hull, rowing_boat_inside};

/// Everything behind the figures.
pub fn paint_behind(easel: &mut Easel, rng: &mut impl Rng, spec: &SceneSpec) {
    match spec.setting {
        Setting::Forest => land::forest(easel, rng),
        Setting::Meadow => land::meadow(easel, rng),
        Setting::Mountains => land::mountains(easel, rng),
        Setting::Snowfield => land::snowfield(easel, rng),
        Setting::Village => town::village(easel, rng),
        Setting::CityStreet => town::city_street(easel, rng),
        Setting::Castle => town::castle(easel, rng),
        Setting::Harbour => coast::harbour(easel, rng),
        Setting::OpenSea => coast::open_sea(easel, rng),
        Setting::Beach => coast::beach(easel, rng),
        Setting::Riverbank => coast::riverbank(easel, rng),
        Setting::Desert => dry::desert(easel, rng),
        Setting::Cave => dry::cave(easel, rng, spec),
        Setting::Ruins => dry::ruins(easel, rng),
        Setting::Garden => garden::garden(easel, rng),
        Setting::NightSky => garden::night_sky(easel, rng),
        Setting::Station => station::station(easel, rng),
        Setting::Bedroom => indoors::bedroom(easel, rng, spec),
        Setting::Kitchen => rooms::kitchen(easel, rng, spec),
        Setting::Library => rooms::library(easel, rng, spec),
    }
    easel.depth = 0.0;
}

/// What stands between the viewer and the figures: low, at the edges only.
pub fn paint_front(easel: &mut Easel, rng: &mut impl Rng, spec: &SceneSpec) {
    easel.depth = 0.0;
    match spec.setting {
        Setting::Forest => growth::corner_ferns(easel, rng, Rgb::hex(0x2f5a34)),
        Setting::Meadow => growth::corner_grass(easel, rng, Rgb::hex(0x5f9a3c)),
        Setting::Riverbank => growth::corner_grass(easel, rng, Rgb::hex(0x5d8447)),
        Setting::Village => growth::corner_grass(easel, rng, Rgb::hex(0x5a8f44)),
        Setting::Ruins => growth::corner_grass(easel, rng, Rgb::hex(0x648c48)),
        Setting::NightSky => garden::wisps(easel, rng),
        Setting::OpenSea => coast::front_wave(easel, rng, 0.975),
        _ => {}
    }
}

/// `colour` under as much snow as has fallen.
fn snowed(easel: &Easel, colour: Rgb) -> Rgb {
    colour.mix(Rgb::hex(0xf2f5fa), easel.light.snow)
}

/// The colour of a window: dark glass by day, lamplight by night.
fn window_light(easel: &Easel) -> Rgb {
    easel.seen(Rgb::hex(0x52657c)).mix(Rgb::hex(0xffd37a), easel.light.lamps)
}
