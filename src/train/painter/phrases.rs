//! What goes with the values of `words.rs`: who can do what, which colours
//! somebody comes in, and the phrases that place a scene.

use super::words::{Colour, Language, Place, Pose, Prop, Setting, Subject, Time, Weather};

impl Place {
    /// Whether a figure that stands here usually looks to the left: into the
    /// picture, and from the middle to the right.
    pub fn looks_left(self) -> bool {
        self == Self::Right
    }
}

impl Subject {
    /// Whether it is a person (its colour is that of the clothes).
    pub fn is_person(self) -> bool {
        use Subject::*;
        matches!(
            self,
            Girl | Boy | Woman | Man | OldWoman | OldMan | King | Queen | Knight | Witch | Wizard | Pirate
        )
    }

    /// Whether it can be painted in the air.
    pub fn flies(self) -> bool {
        matches!(self, Self::Owl | Self::Crow | Self::Dragon | Self::Ghost | Self::Whale)
    }

    /// Whether it can take a pose.
    pub fn can(self, pose: Pose) -> bool {
        match pose {
            Pose::Flying => self.flies(),
            Pose::Walking => !matches!(self, Self::Owl | Self::Crow | Self::Ghost | Self::Whale),
            Pose::Sitting => !matches!(self, Self::Ghost | Self::Whale),
            Pose::Standing => true,
        }
    }

    /// Whether it has a hand to hold something in, in this pose. Bears, rabbits
    /// and mice stand on their hind legs unless they walk.
    pub fn has_hands(self, pose: Pose) -> bool {
        self.is_person()
            || matches!(self, Self::Robot | Self::Ghost)
            || matches!(self, Self::Bear | Self::Rabbit | Self::Mouse) && pose != Pose::Walking
    }

    /// The colours it comes in; the more usual ones more than once.
    pub fn colours(self) -> &'static [Colour] {
        use Colour::*;
        match self {
            Self::Ghost => &[White, White, White, Blue, Green, Purple],
            Self::Fox => &[Red, Red, Red, Orange, White, Grey],
            Self::Wolf => &[Grey, Grey, Black, White, Brown],
            Self::Bear => &[Brown, Brown, Black, White],
            Self::Rabbit => &[White, White, Grey, Brown, Black],
            Self::Cat => &[Grey, White, Black, Orange, Orange],
            Self::Dog => &[Brown, Brown, White, Black, Yellow, Grey],
            Self::Horse => &[Brown, Brown, White, Black, Grey],
            Self::Deer => &[Brown, Brown, Orange, White],
            Self::Owl => &[Brown, Brown, White, Grey],
            Self::Crow => &[Black, Black, Black, Grey, White],
            Self::Mouse => &[Grey, Grey, White, Brown, Black],
            Self::Tortoise => &[Green, Green, Brown, Yellow],
            Self::Dragon => &[Green, Green, Red, Red, Blue, Purple, Black, Yellow],
            Self::Whale => &[Blue, Blue, Grey, White, Black],
            Self::Robot => &[Grey, Red, Blue, Yellow, Green, Orange, White],
            _ => &[
                Red, Red, Red, Blue, Blue, Blue, Green, Green, Yellow, Yellow, Purple, Purple, Orange, White,
                Black, Brown, Grey,
            ],
        }
    }
}

impl Prop {
    /// Whether it is too large to be carried: it stands behind the figures.
    pub fn is_large(self) -> bool {
        matches!(self, Self::Boat | Self::Tent | Self::Well | Self::Wheelbarrow)
    }
}

impl Setting {
    /// Whether it is a room: the sky is only in the window.
    pub fn is_indoors(self) -> bool {
        matches!(self, Self::Kitchen | Self::Bedroom | Self::Library)
    }

    /// Whether nothing falls from above on who is there.
    pub fn is_sheltered(self) -> bool {
        self.is_indoors() || self == Self::Cave
    }

    /// Whether the ground behind the figures is water.
    pub fn is_watery(self) -> bool {
        matches!(self, Self::Harbour | Self::OpenSea | Self::Beach | Self::Riverbank)
    }

    /// Whether it can be shown at that hour: the night sky is there at night.
    pub fn has(self, time: Time) -> bool {
        self != Self::NightSky || time == Time::Night
    }

    /// Phrases that place something there, the story reader's one first.
    pub fn phrases(self, language: Language) -> &'static [&'static str] {
        match language {
            Language::English => self.english(),
            Language::Chinese => self.chinese(),
        }
    }

    fn english(self) -> &'static [&'static str] {
        match self {
            Self::Forest => &[
                "in a forest",
                "in the woods",
                "among the trees",
                "in a dark forest",
                "deep in the forest",
                "by an old tree",
                "in the forest",
            ],
            Self::Meadow => &[
                "in a meadow",
                "on a grassy hill",
                "in a field of flowers",
                "on the grassland",
                "in the meadow",
                "in the tall grass",
            ],
            Self::Village => &[
                "in a village",
                "in a hamlet",
                "among the cottages",
                "near a cottage",
                "in a town",
                "in the village",
            ],
            Self::CityStreet => &[
                "on a city street",
                "in a city street",
                "in the town street",
                "in the city",
                "in an alley",
                "between tall houses",
            ],
            Self::Castle => &[
                "at a castle",
                "in front of a castle",
                "by the castle",
                "at the castle gate",
                "near a fortress",
                "before the palace",
            ],
            Self::Harbour => &[
                "in a harbour",
                "on the quay",
                "in the port",
                "at the harbor",
                "in the harbour",
                "on the pier",
            ],
            Self::OpenSea => {
                &["on the open sea", "in a boat at sea", "on the ocean", "out at sea", "far from the land"]
            }
            Self::Beach => {
                &["on a beach", "on the seashore", "on the sand", "on the sandy shore", "by the seaside"]
            }
            Self::Mountains => &[
                "in the mountains",
                "on a mountain pass",
                "among high peaks",
                "below the peaks",
                "on a mountain path",
            ],
            Self::Desert => &[
                "in the desert",
                "in a desert",
                "among the dunes",
                "on the hot dunes",
                "in the sandy desert",
            ],
            Self::Cave => {
                &["in a cave", "in the cave", "inside a cavern", "in a dark cave", "at the mouth of a cave"]
            }
            Self::Riverbank => &[
                "by a river",
                "on a riverbank",
                "by the river",
                "near a bridge",
                "at the ferry crossing",
                "by the riverside",
                "on a bridge",
                "by a pond",
            ],
            Self::Kitchen => &["in a kitchen", "in the kitchen", "by the stove", "at the kitchen table"],
            Self::Bedroom => &[
                "in a bedroom",
                "in a room",
                "indoors",
                "inside the house",
                "in a house",
                "by a window",
                "in the bedroom",
            ],
            Self::Library => &[
                "in a library",
                "in the library",
                "among the bookshelves",
                "in the reading room",
                "in a study",
            ],
            Self::Garden => &[
                "in a garden",
                "in the garden",
                "among the flower beds",
                "by the rose arch",
                "in an orchard",
            ],
            Self::Snowfield => &[
                "in a snowfield",
                "in the snow",
                "on a snowy plain",
                "in a snowy field",
                "on the snow-covered plain",
            ],
            Self::Ruins => &[
                "in old ruins",
                "among ruins",
                "in the ruins",
                "in a ruined temple",
                "between broken columns",
            ],
            Self::Station => &[
                "at a station",
                "at the station",
                "on the platform",
                "at a railway station",
                "beside the train",
            ],
            Self::NightSky => &[
                "in the night sky",
                "among the stars",
                "above the clouds",
                "in the starry sky",
                "on a cloud",
            ],
        }
    }

    fn chinese(self) -> &'static [&'static str] {
        match self {
            Self::Forest => &["在森林里", "在树林里", "在林子里", "在森林深处", "在林间", "在大树旁"],
            Self::Meadow => &["在草地上", "在草原上", "在花田里", "在山坡上"],
            Self::Village => &["在村子里", "在村庄里", "在小村子里", "在小镇上", "在村口"],
            Self::CityStreet => &["在街上", "在城市街道上", "在街道上", "在大街上", "在巷子里"],
            Self::Castle => &["在城堡", "在城堡前", "在城堡旁", "在古堡前", "在宫殿前"],
            Self::Harbour => &["在港口", "在码头上", "在海港边", "在码头"],
            Self::OpenSea => &["在大海上", "在海上", "在海洋上", "在茫茫大海上"],
            Self::Beach => &["在海滩上", "在沙滩上", "在海边", "在海岸上"],
            Self::Mountains => &["在山里", "在高山上", "在群山之间", "在山口", "在山路上"],
            Self::Desert => &["在沙漠里", "在沙丘上", "在大漠中"],
            Self::Cave => &["在山洞里", "在洞穴里", "在岩洞里", "在洞口"],
            Self::Riverbank => &["在河边", "在河岸上", "在渡口", "在小桥边", "在桥上", "在池塘边"],
            Self::Kitchen => &["在厨房里", "在灶间里", "在灶台旁"],
            Self::Bedroom => &["在卧室里", "在房间里", "在屋里", "在窗边"],
            Self::Library => &["在图书馆里", "在书房里", "在书架之间", "在藏书室里"],
            Self::Garden => &["在花园里", "在庭院里", "在果园里", "在花丛中"],
            Self::Snowfield => &["在雪地里", "在雪原上"],
            Self::Ruins => &["在废墟中", "在废墟里", "在遗迹中", "在残垣之间"],
            Self::Station => &["在车站", "在火车站", "在站台上", "在火车旁"],
            Self::NightSky => &["在夜空中", "在星空中", "在云上", "在星星之间"],
        }
    }
}

impl Weather {
    /// Whether it can happen there without looking wrong.
    pub fn suits(self, setting: Setting) -> bool {
        use Setting::*;
        match self {
            Self::Clear | Self::Wind => true,
            Self::Fog => setting != NightSky,
            Self::Rain | Self::Storm => !matches!(setting, Snowfield | NightSky | Desert),
            Self::Snow => !matches!(setting, Beach | Desert | NightSky),
        }
    }
}
