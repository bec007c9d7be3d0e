//! The attributes of a scene and their words in English and in Simplified
//! Chinese. The first word of each list is the canonical one: the story reader
//! writes it. A new value is one more line here and one more arm where it is drawn.

use serde::{Deserialize, Serialize};

/// A language of captions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

macro_rules! attribute {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$line:meta])* $variant:ident = $id:literal, [$($en:literal),*], [$($zh:literal),*];)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$line])* $variant,)* }

        impl $name {
            /// Every value, in the order of the list.
            pub const ALL: [Self; [$($id),*].len()] = [$(Self::$variant),*];

            /// The stable name used in files.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// Words for it, the canonical one first.
            pub fn words(self, language: Language) -> &'static [&'static str] {
                match (self, language) {
                    $((Self::$variant, Language::English) => &[$($en),*],
                      (Self::$variant, Language::Chinese) => &[$($zh),*],)*
                }
            }
        }
    };
}

attribute! {
    /// Who is in the picture. English words carry no article.
    Subject {
        /// A child with long hair and a dress-like coat.
        Girl = "girl", ["girl", "little girl", "young girl", "lass", "schoolgirl"], ["小女孩", "女孩", "小姑娘", "女孩子"];
        /// A child with short hair.
        Boy = "boy", ["boy", "little boy", "young boy", "lad", "schoolboy"], ["小男孩", "男孩", "男孩子"];
        /// A grown woman.
        Woman = "woman", ["woman", "young woman", "lady"], ["女人", "年轻女人", "女子"];
        /// A grown man.
        Man = "man", ["man", "young man", "fellow"], ["男人", "年轻男人", "男子"];
        /// A stooped woman with a grey bun and a shawl.
        OldWoman = "old_woman", ["old woman", "grandmother", "elderly woman", "granny"], ["老奶奶", "老妇人", "奶奶", "老婆婆"];
        /// A man with a long white beard.
        OldMan = "old_man", ["old man", "grandfather", "elderly man", "grandpa"], ["老爷爷", "老人", "爷爷", "老头"];
        /// A crowned king in a robe.
        King = "king", ["king", "old king", "crowned king"], ["国王", "老国王"];
        /// A witch with a pointed hat.
        Witch = "witch", ["witch", "old witch", "sorceress"], ["女巫", "巫婆"];
        /// A box-bodied robot.
        Robot = "robot", ["robot", "little robot", "android"], ["机器人", "小机器人"];
        /// A fox with a bushy tail.
        Fox = "fox", ["fox", "vixen", "little fox"], ["狐狸", "小狐狸"];
        /// A bear.
        Bear = "bear", ["bear", "big bear", "bear cub"], ["熊", "大熊", "小熊"];
        /// A rabbit with long ears.
        Rabbit = "rabbit", ["rabbit", "bunny", "hare"], ["兔子", "小兔子", "野兔"];
        /// A cat.
        Cat = "cat", ["cat", "kitten", "kitty"], ["猫", "小猫", "猫咪"];
        /// A dog.
        Dog = "dog", ["dog", "puppy", "hound"], ["狗", "小狗"];
        /// An owl.
        Owl = "owl", ["owl", "little owl"], ["猫头鹰"];
        /// A winged dragon.
        Dragon = "dragon", ["dragon", "winged dragon", "wyrm"], ["龙", "巨龙", "飞龙"];
    }
}

attribute! {
    /// The colour of a figure's clothes or coat.
    Colour {
        /// Red.
        Red = "red", ["red", "scarlet", "crimson"], ["红", "红色"];
        /// Blue.
        Blue = "blue", ["blue", "navy"], ["蓝", "蓝色"];
        /// Green.
        Green = "green", ["green", "emerald"], ["绿", "绿色"];
        /// Yellow.
        Yellow = "yellow", ["yellow"], ["黄", "黄色"];
        /// Purple.
        Purple = "purple", ["purple", "violet"], ["紫", "紫色"];
        /// White.
        White = "white", ["white"], ["白", "白色"];
        /// Black.
        Black = "black", ["black"], ["黑", "黑色"];
        /// Brown.
        Brown = "brown", ["brown"], ["棕", "棕色", "褐色"];
        /// Orange.
        Orange = "orange", ["orange"], ["橙", "橙色", "橘色"];
        /// Grey.
        Grey = "grey", ["grey", "gray"], ["灰", "灰色"];
    }
}

attribute! {
    /// What the body does. English words follow the noun.
    Pose {
        /// Upright and still.
        Standing = "standing", ["standing", "standing still"], ["站着", "站立"];
        /// In mid step.
        Walking = "walking", ["walking", "strolling", "wandering"], ["走着", "走路", "行走"];
        /// Seated on a stump, a stone or the ground.
        Sitting = "sitting", ["sitting", "seated"], ["坐着", "坐在那里"];
        /// In the air with spread wings.
        Flying = "flying", ["flying", "soaring", "gliding"], ["飞着", "飞翔", "在空中飞"];
    }
}

attribute! {
    /// The third of the picture a figure stands in.
    Place {
        /// Left third.
        Left = "left", ["on the left", "at the left"], ["在左边", "在画面左侧"];
        /// Middle third.
        Centre = "centre", ["in the centre", "in the middle"], ["在中间", "在画面中央"];
        /// Right third.
        Right = "right", ["on the right", "at the right"], ["在右边", "在画面右侧"];
    }
}

attribute! {
    /// How far from the viewer a figure stands.
    Span {
        /// Nearer than usual: larger and lower in the picture.
        Near = "near", ["in the foreground", "close by"], ["在前景", "在近处"];
        /// The usual distance.
        Middle = "middle", [], [];
        /// Far: smaller and higher in the picture.
        Far = "far", ["in the distance", "far away"], ["在远处", "远远地"];
    }
}

attribute! {
    /// How much of the picture the figures fill.
    Shot {
        /// About a quarter of the height.
        Wide = "wide", ["wide shot", "wide view", "panorama"], ["远景", "全景"];
        /// About 45 % of the height.
        Medium = "medium", ["medium shot"], ["中景"];
        /// About three quarters of the height.
        Close = "close", ["close-up", "close shot", "close view"], ["特写", "近景"];
    }
}

attribute! {
    /// Where it happens. The words are bare nouns; [`Setting::phrases`] has the "in a ..." forms.
    Setting {
        /// Trunks, crowns and ferns.
        Forest = "forest", ["forest", "woods", "woodland"], ["森林", "树林", "林子"];
        /// Rolling hills with flowers.
        Meadow = "meadow", ["meadow", "grassland", "flower field"], ["草地", "草原", "花田"];
        /// Cottages and a path.
        Village = "village", ["village", "hamlet", "cottages"], ["村庄", "小村子", "村子"];
        /// Tall houses on both sides of a street.
        CityStreet = "city_street", ["city street", "town street", "city"], ["城市街道", "街道", "大街"];
        /// A castle on a hill.
        Castle = "castle", ["castle", "fortress", "castle gate"], ["城堡", "古堡"];
        /// A quay with sailing boats and a lighthouse.
        Harbour = "harbour", ["harbour", "harbor", "port", "quay"], ["港口", "码头", "海港"];
        /// Waves; the figure is in a boat.
        OpenSea = "open_sea", ["open sea", "ocean", "sea"], ["大海", "海上", "海洋"];
        /// Sand and surf.
        Beach = "beach", ["beach", "seashore", "sandy shore"], ["海滩", "沙滩", "海边"];
        /// Peaks with snow caps.
        Mountains = "mountains", ["mountains", "mountain pass", "high peaks"], ["山里", "高山", "群山"];
        /// A white plain with firs.
        Snowfield = "snowfield", ["snowfield", "snowy field", "snowy plain"], ["雪地", "雪原"];
        /// A river with reeds, a willow and a landing stage.
        Riverbank = "riverbank", ["riverbank", "river", "ferry crossing", "riverside"], ["河边", "河岸", "渡口"];
        /// A room with a bed and a window.
        Bedroom = "bedroom", ["bedroom", "room", "indoors"], ["卧室", "房间", "屋里"];
    }
}

attribute! {
    /// When it happens. The words are phrases.
    Time {
        /// Pink and pale gold.
        Dawn = "dawn", ["at dawn", "dawn", "at sunrise", "early in the morning", "at daybreak"], ["黎明", "清晨", "日出", "早晨"];
        /// Blue sky.
        Day = "day", ["in daylight", "by day", "daytime", "at noon", "in the afternoon"], ["白天", "中午", "下午"];
        /// Orange and violet.
        Dusk = "dusk", ["at dusk", "dusk", "in the evening", "at sunset", "at twilight"], ["黄昏", "傍晚", "日落"];
        /// Deep blue, moon and stars.
        Night = "night", ["at night", "night", "at midnight", "by moonlight", "late at night"], ["夜晚", "夜里", "深夜", "午夜", "月光下"];
    }
}

attribute! {
    /// What the sky does. The words are bare; a caption may leave clear weather out.
    Weather {
        /// Nothing falls and the view is open.
        Clear = "clear", ["clear sky", "clear weather", "fine weather"], ["晴朗", "晴天"];
        /// Slanting rain.
        Rain = "rain", ["rain", "in the rain", "rainy", "heavy rain", "raining"], ["下雨", "雨中", "大雨"];
        /// Falling snow.
        Snow = "snow", ["snow falling", "falling snow", "snowing", "blizzard", "snowfall"], ["下雪", "飘雪", "大雪"];
        /// Pale veils.
        Fog = "fog", ["fog", "in the fog", "mist", "foggy", "misty"], ["大雾", "有雾", "雾中"];
    }
}

attribute! {
    /// The one object that matters.
    Prop {
        /// A lit lantern.
        Lantern = "lantern", ["lantern", "glowing lantern"], ["灯笼", "提灯"];
        /// An open book.
        Book = "book", ["book", "open book"], ["书", "一本书"];
        /// An umbrella.
        Umbrella = "umbrella", ["umbrella"], ["伞", "雨伞"];
        /// A small boat on the shore.
        Boat = "boat", ["boat", "rowing boat", "little boat"], ["小船", "木船"];
        /// A tent.
        Tent = "tent", ["tent", "small tent"], ["帐篷", "小帐篷"];
        /// A golden bell.
        Bell = "bell", ["bell", "golden bell"], ["铃铛", "金铃铛"];
        /// A kite on a string.
        Kite = "kite", ["kite", "paper kite"], ["风筝"];
        /// A wicker basket.
        Basket = "basket", ["basket", "wicker basket"], ["篮子", "竹篮"];
        /// A sword.
        Sword = "sword", ["sword", "long sword"], ["剑", "宝剑", "长剑"];
        /// A large key.
        Key = "key", ["key", "big key", "old key"], ["钥匙", "大钥匙"];
    }
}

attribute! {
    /// How it is painted.
    Style {
        /// Paper, wet edges, bleeding tints.
        Watercolour = "watercolour", ["watercolour", "watercolor", "watercolour painting", "watercolour illustration"], ["水彩", "水彩画"];
        /// Dark outlines, hatching, a limited wash.
        Ink = "ink", ["ink", "ink drawing", "pen and ink", "ink and wash"], ["墨线", "钢笔画", "墨线画"];
        /// Flat layers with soft shadows.
        PaperCut = "paper_cut", ["paper cut", "papercut", "cut paper", "paper collage"], ["剪纸", "剪纸画"];
        /// Soft and chalky.
        Pastel = "pastel", ["pastel", "soft pastel", "chalk pastel", "pastel drawing"], ["粉彩", "色粉画", "粉彩画"];
    }
}

impl Subject {
    /// Whether it is a person (its colour is that of the clothes).
    pub fn is_person(self) -> bool {
        use Subject::*;
        matches!(self, Girl | Boy | Woman | Man | OldWoman | OldMan | King | Witch)
    }

    /// Whether it can be painted in the air.
    pub fn flies(self) -> bool {
        matches!(self, Self::Owl | Self::Dragon)
    }

    /// Whether it can take a pose.
    pub fn can(self, pose: Pose) -> bool {
        match pose {
            Pose::Flying => self.flies(),
            Pose::Walking => self != Self::Owl,
            Pose::Standing | Pose::Sitting => true,
        }
    }

    /// Whether it has a hand to hold something in, in this pose. Bears and
    /// rabbits stand on their hind legs unless they walk.
    pub fn has_hands(self, pose: Pose) -> bool {
        self.is_person()
            || self == Self::Robot
            || matches!(self, Self::Bear | Self::Rabbit) && pose != Pose::Walking
    }

    /// The colours it comes in.
    pub fn colours(self) -> &'static [Colour] {
        use Colour::*;
        match self {
            Self::Fox => &[Red, Red, Orange, White, Grey],
            Self::Bear => &[Brown, Brown, Black, White],
            Self::Rabbit => &[White, Grey, Brown, Black],
            Self::Cat => &[Grey, White, Black, Orange],
            Self::Dog => &[Brown, White, Black, Yellow, Grey],
            Self::Owl => &[Brown, White, Grey],
            Self::Dragon => &[Green, Red, Blue, Purple, Black, Yellow],
            Self::Robot => &[Grey, Red, Blue, Yellow, Green, Orange, White],
            _ => &[
                Red, Red, Blue, Blue, Green, Green, Yellow, Yellow, Purple, White, Black, Brown, Orange, Grey,
            ],
        }
    }
}

impl Setting {
    /// Phrases that place something there, the canonical one first.
    pub fn phrases(self, language: Language) -> &'static [&'static str] {
        let english = language == Language::English;
        match (self, english) {
            (Self::Forest, true) => {
                &["in a forest", "in the woods", "among the trees", "in a dark forest", "deep in the forest"]
            }
            (Self::Forest, false) => &["在森林里", "在树林里", "在林子里", "在森林深处"],
            (Self::Meadow, true) => {
                &["in a meadow", "on a grassy hill", "in a field of flowers", "on the grassland"]
            }
            (Self::Meadow, false) => &["在草地上", "在草原上", "在花田里"],
            (Self::Village, true) => &["in a village", "in a hamlet", "among the cottages", "near a cottage"],
            (Self::Village, false) => &["在村庄里", "在小村子里", "在村子里"],
            (Self::CityStreet, true) => {
                &["in a city street", "on a city street", "in the town street", "in the city"]
            }
            (Self::CityStreet, false) => &["在城市街道上", "在街道上", "在大街上"],
            (Self::Castle, true) => {
                &["in front of a castle", "by the castle", "at the castle gate", "near a fortress"]
            }
            (Self::Castle, false) => &["在城堡前", "在城堡旁", "在古堡前"],
            (Self::Harbour, true) => &["in a harbour", "on the quay", "in the port", "at the harbor"],
            (Self::Harbour, false) => &["在港口", "在码头上", "在海港边"],
            (Self::OpenSea, true) => &["on the open sea", "in a boat at sea", "on the ocean", "out at sea"],
            (Self::OpenSea, false) => &["在大海上", "在海上", "在海洋上"],
            (Self::Beach, true) => &["on a beach", "on the seashore", "on the sand", "on the sandy shore"],
            (Self::Beach, false) => &["在海滩上", "在沙滩上", "在海边"],
            (Self::Mountains, true) => {
                &["in the mountains", "on a mountain pass", "among high peaks", "below the peaks"]
            }
            (Self::Mountains, false) => &["在山里", "在高山上", "在群山之间"],
            (Self::Snowfield, true) => {
                &["in a snowfield", "in the snow", "on a snowy plain", "in a snowy field"]
            }
            (Self::Snowfield, false) => &["在雪地里", "在雪原上"],
            (Self::Riverbank, true) => {
                &["on a riverbank", "by the river", "at the ferry crossing", "by the riverside"]
            }
            (Self::Riverbank, false) => &["在河边", "在河岸上", "在渡口"],
            (Self::Bedroom, true) => &["in a bedroom", "in a room", "indoors", "inside the house"],
            (Self::Bedroom, false) => &["在卧室里", "在房间里", "在屋里"],
        }
    }
}

impl Weather {
    /// Whether it can happen there without looking wrong.
    pub fn suits(self, setting: Setting) -> bool {
        match self {
            Self::Rain => setting != Setting::Snowfield,
            Self::Snow => setting != Setting::Beach,
            _ => true,
        }
    }
}
