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
        Girl = "girl", ["girl", "little girl", "young girl", "lass", "schoolgirl", "small girl"], ["小女孩", "女孩", "小姑娘", "女孩子", "姑娘", "丫头"];
        /// A child with short hair.
        Boy = "boy", ["boy", "little boy", "young boy", "lad", "schoolboy", "small boy"], ["小男孩", "男孩", "男孩子", "小伙子", "少年"];
        /// A grown woman.
        Woman = "woman", ["woman", "young woman", "lady", "mother"], ["女人", "年轻女人", "女子", "妈妈", "妇女"];
        /// A grown man.
        Man = "man", ["man", "young man", "fellow", "gentleman", "father"], ["男人", "年轻男人", "男子", "爸爸", "先生"];
        /// A stooped woman with a grey bun and a shawl.
        OldWoman = "old_woman", ["old woman", "grandmother", "elderly woman", "granny", "grandma"], ["老奶奶", "老妇人", "奶奶", "老婆婆", "外婆"];
        /// A man with a long white beard.
        OldMan = "old_man", ["old man", "grandfather", "elderly man", "grandpa", "greybeard"], ["老爷爷", "老人", "爷爷", "老头", "老汉", "外公"];
        /// A crowned king in a robe.
        King = "king", ["king", "old king", "crowned king"], ["国王", "老国王", "皇帝"];
        /// A crowned queen in a long gown.
        Queen = "queen", ["queen", "young queen", "crowned queen"], ["王后", "女王", "皇后"];
        /// A knight in armour with a plume and a surcoat.
        Knight = "knight", ["knight", "armoured knight", "knight in armour"], ["骑士", "武士", "盔甲骑士"];
        /// A witch with a pointed hat.
        Witch = "witch", ["witch", "old witch", "sorceress"], ["女巫", "巫婆", "老巫婆"];
        /// A wizard with a long white beard and a hat of stars.
        Wizard = "wizard", ["wizard", "old wizard", "sorcerer", "magician"], ["巫师", "魔法师", "老巫师", "魔术师"];
        /// A pirate with a cocked hat and an eye patch.
        Pirate = "pirate", ["pirate", "buccaneer", "pirate captain"], ["海盗", "海盗船长"];
        /// A box-bodied robot.
        Robot = "robot", ["robot", "little robot", "android"], ["机器人", "小机器人"];
        /// A floating sheet with two dark eyes.
        Ghost = "ghost", ["ghost", "spirit", "phantom", "little ghost"], ["幽灵", "小幽灵", "鬼魂"];
        /// A fox with a bushy tail.
        Fox = "fox", ["fox", "vixen", "little fox", "fox cub"], ["狐狸", "小狐狸", "狐"];
        /// A wolf with a shaggy neck.
        Wolf = "wolf", ["wolf", "big wolf", "lone wolf", "she-wolf"], ["狼", "大灰狼", "野狼", "孤狼"];
        /// A bear.
        Bear = "bear", ["bear", "big bear", "bear cub"], ["熊", "大熊", "小熊", "狗熊"];
        /// A rabbit with long ears.
        Rabbit = "rabbit", ["rabbit", "bunny", "hare"], ["兔子", "小兔子", "野兔", "小兔"];
        /// A cat.
        Cat = "cat", ["cat", "kitten", "kitty", "pussycat"], ["猫", "小猫", "猫咪"];
        /// A dog.
        Dog = "dog", ["dog", "puppy", "hound", "little dog"], ["狗", "小狗", "猎狗"];
        /// A horse with a long mane.
        Horse = "horse", ["horse", "pony", "mare", "stallion"], ["马", "小马", "骏马"];
        /// A deer with antlers.
        Deer = "deer", ["deer", "stag", "fawn"], ["鹿", "小鹿", "梅花鹿"];
        /// An owl.
        Owl = "owl", ["owl", "little owl", "wise owl"], ["猫头鹰", "小猫头鹰"];
        /// A crow with a strong beak.
        Crow = "crow", ["crow", "raven", "rook"], ["乌鸦", "渡鸦"];
        /// A mouse with round ears and a long tail.
        Mouse = "mouse", ["mouse", "little mouse", "field mouse"], ["老鼠", "小老鼠", "田鼠"];
        /// A tortoise under its dome.
        Tortoise = "tortoise", ["tortoise", "turtle", "old tortoise"], ["乌龟", "老乌龟", "海龟"];
        /// A winged dragon.
        Dragon = "dragon", ["dragon", "winged dragon", "wyrm"], ["龙", "巨龙", "飞龙", "恶龙"];
        /// A round whale that spouts.
        Whale = "whale", ["whale", "great whale", "big whale"], ["鲸鱼", "大鲸鱼", "鲸"];
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
        Standing = "standing", ["standing", "standing still", "waiting"], ["站着", "站立", "站在那里"];
        /// In mid step.
        Walking = "walking", ["walking", "strolling", "wandering", "on the way"], ["走着", "走路", "行走", "赶路"];
        /// Seated on a stump, a stone or the ground.
        Sitting = "sitting", ["sitting", "seated", "resting"], ["坐着", "坐在那里", "歇着"];
        /// In the air with spread wings.
        Flying = "flying", ["flying", "soaring", "gliding", "in the air"], ["飞着", "飞翔", "在空中飞", "飞在空中"];
    }
}

attribute! {
    /// The third of the picture a figure stands in.
    Place {
        /// Left third.
        Left = "left", ["on the left", "at the left", "on the left side"], ["在左边", "在画面左侧"];
        /// Middle third.
        Centre = "centre", ["in the centre", "in the middle"], ["在中间", "在画面中央"];
        /// Right third.
        Right = "right", ["on the right", "at the right", "on the right side"], ["在右边", "在画面右侧"];
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
        /// About a third of the height.
        Wide = "wide", ["wide shot", "wide view", "panorama", "long shot"], ["远景", "全景"];
        /// A little more than half of the height.
        Medium = "medium", ["medium shot", "medium view"], ["中景"];
        /// About three quarters of the height.
        Close = "close", ["close-up", "close shot", "close view"], ["特写", "近景"];
    }
}

attribute! {
    /// Where it happens. The words are bare nouns; [`Setting::phrases`] has the "in a ..." forms.
    Setting {
        /// Trunks, crowns and ferns.
        Forest = "forest", ["forest", "woods", "woodland", "pine forest"], ["森林", "树林", "林子", "林间"];
        /// Rolling hills with flowers.
        Meadow = "meadow", ["meadow", "grassland", "flower field", "green hill", "pasture"], ["草地", "草原", "花田", "山坡"];
        /// Cottages and a path.
        Village = "village", ["village", "hamlet", "cottages", "small town"], ["村庄", "小村子", "村子", "小镇"];
        /// Tall houses on both sides of a street.
        CityStreet = "city_street", ["city street", "town street", "city", "alley"], ["城市街道", "街道", "大街", "巷子"];
        /// A castle on a hill.
        Castle = "castle", ["castle", "fortress", "castle gate", "palace"], ["城堡", "古堡", "宫殿"];
        /// A quay with sailing boats and a lighthouse.
        Harbour = "harbour", ["harbour", "harbor", "port", "quay", "docks"], ["港口", "码头", "海港"];
        /// Waves; the figure is in a boat.
        OpenSea = "open_sea", ["open sea", "ocean", "sea"], ["大海", "海上", "海洋"];
        /// Sand and surf.
        Beach = "beach", ["beach", "seashore", "sandy shore", "coast"], ["海滩", "沙滩", "海边", "海岸"];
        /// Peaks with snow caps.
        Mountains = "mountains", ["mountains", "mountain pass", "high peaks"], ["山里", "高山", "群山", "山口"];
        /// Dunes, a cactus, a far pyramid of rock.
        Desert = "desert", ["desert", "sand dunes", "dunes"], ["沙漠", "沙丘", "大漠"];
        /// Rock all round and a mouth that shows the sky.
        Cave = "cave", ["cave", "cavern", "grotto"], ["山洞", "洞穴", "岩洞"];
        /// A river under an arched bridge, with reeds and a landing stage.
        Riverbank = "riverbank", ["river", "riverbank", "bridge", "ferry crossing", "riverside", "pond"], ["河边", "河岸", "渡口", "小桥", "池塘"];
        /// A stove, a dresser, a table and a window.
        Kitchen = "kitchen", ["kitchen", "cottage kitchen"], ["厨房", "灶间"];
        /// A room with a bed and a window.
        Bedroom = "bedroom", ["bedroom", "room", "indoors", "house"], ["卧室", "房间", "屋里"];
        /// Tall shelves of books, a ladder and a window.
        Library = "library", ["library", "study", "reading room"], ["图书馆", "书房", "藏书室"];
        /// Flower beds, a hedge, an arch of roses.
        Garden = "garden", ["garden", "flower garden", "orchard"], ["花园", "庭院", "果园"];
        /// A white plain with firs.
        Snowfield = "snowfield", ["snowfield", "snowy field", "snowy plain"], ["雪地", "雪原"];
        /// Broken columns and an arch under ivy.
        Ruins = "ruins", ["ruins", "old ruins", "ruined temple"], ["废墟", "遗迹", "残垣"];
        /// A platform, a train, a clock under a roof.
        Station = "station", ["station", "railway station", "platform", "train station"], ["车站", "火车站", "站台"];
        /// Above the clouds among moon and stars.
        NightSky = "night_sky", ["night sky", "starry sky", "sky above the clouds"], ["夜空", "星空", "云上的星空"];
    }
}

attribute! {
    /// When it happens. The words are phrases.
    Time {
        /// Pink and pale gold.
        Dawn = "dawn", ["at dawn", "dawn", "at sunrise", "early in the morning", "at daybreak", "morning"], ["黎明", "清晨", "日出", "早晨", "天刚亮"];
        /// Blue sky.
        Day = "day", ["in the day", "in daylight", "by day", "day", "daytime", "at noon", "in the afternoon"], ["白天", "中午", "下午", "正午"];
        /// Orange and violet.
        Dusk = "dusk", ["at dusk", "dusk", "in the evening", "at sunset", "at twilight", "evening"], ["黄昏", "傍晚", "日落", "夕阳下"];
        /// Deep blue, moon and stars.
        Night = "night", ["at night", "night", "at midnight", "by moonlight", "late at night", "midnight"], ["夜晚", "夜里", "深夜", "午夜", "月光下", "晚上"];
    }
}

attribute! {
    /// What the sky does. The words are bare; a caption may leave clear weather out.
    Weather {
        /// Nothing falls and the view is open.
        Clear = "clear", ["clear", "clear sky", "clear weather", "fine weather"], ["晴", "晴朗", "晴天"];
        /// Slanting rain.
        Rain = "rain", ["rain", "in the rain", "rainy", "heavy rain", "raining", "drizzle", "downpour"], ["下雨", "雨中", "大雨", "细雨"];
        /// Falling snow.
        Snow = "snow", ["snow", "snow falling", "falling snow", "snowing", "blizzard", "snowfall"], ["下雪", "飘雪", "大雪", "暴风雪"];
        /// Pale veils.
        Fog = "fog", ["fog", "in the fog", "mist", "foggy", "misty", "haze"], ["有雾", "大雾", "雾中", "薄雾"];
        /// Dark clouds, lightning, driving rain.
        Storm = "storm", ["storm", "in a storm", "stormy", "thunderstorm", "lightning", "tempest"], ["暴风雨", "雷雨", "风暴", "电闪雷鸣"];
        /// Gusts and flying leaves.
        Wind = "wind", ["wind", "in the wind", "windy", "strong wind", "gusty"], ["刮风", "大风", "风中", "起风"];
    }
}

attribute! {
    /// The one object that matters.
    Prop {
        /// A lit lantern.
        Lantern = "lantern", ["lantern", "glowing lantern", "lamp"], ["灯笼", "提灯", "油灯"];
        /// An open book.
        Book = "book", ["book", "open book", "old book"], ["书", "一本书", "故事书"];
        /// An umbrella.
        Umbrella = "umbrella", ["umbrella", "parasol"], ["雨伞", "伞", "小伞"];
        /// A small boat on the shore.
        Boat = "boat", ["boat", "rowing boat", "little boat", "rowboat"], ["小船", "木船"];
        /// A tent.
        Tent = "tent", ["tent", "small tent"], ["帐篷", "小帐篷"];
        /// A stone well with a roof.
        Well = "well", ["well", "old well", "stone well", "wishing well"], ["水井", "井", "古井"];
        /// A round clock with two bells and feet.
        Clock = "clock", ["clock", "old clock", "alarm clock"], ["时钟", "闹钟", "钟表"];
        /// A large key.
        Key = "key", ["key", "big key", "old key", "golden key"], ["钥匙", "大钥匙", "金钥匙"];
        /// A sword.
        Sword = "sword", ["sword", "long sword", "blade"], ["剑", "宝剑", "长剑"];
        /// A golden crown with red stones.
        Crown = "crown", ["crown", "golden crown"], ["王冠", "金王冠", "皇冠"];
        /// A sealed letter.
        Letter = "letter", ["letter", "sealed letter", "envelope"], ["信", "一封信", "信封"];
        /// A golden bell.
        Bell = "bell", ["bell", "golden bell", "brass bell"], ["铃铛", "金铃铛", "铜铃"];
        /// A kite on a string.
        Kite = "kite", ["kite", "paper kite"], ["风筝", "纸鸢"];
        /// A wicker basket.
        Basket = "basket", ["basket", "wicker basket", "basket of apples"], ["篮子", "竹篮"];
        /// A burning candle in its holder.
        Candle = "candle", ["candle", "burning candle", "candlestick"], ["蜡烛", "烛台"];
        /// A wheelbarrow with hay.
        Wheelbarrow = "wheelbarrow", ["wheelbarrow", "barrow", "garden barrow"], ["手推车", "独轮车", "小推车"];
    }
}

attribute! {
    /// How it is painted.
    Style {
        /// Paper, wet edges, bleeding tints.
        Watercolour = "watercolour", ["watercolour", "watercolor", "watercolour painting", "watercolour illustration"], ["水彩", "水彩画"];
        /// Dark outlines, hatching, a limited wash.
        Ink = "ink", ["ink", "ink drawing", "pen and ink", "ink and wash"], ["墨线", "钢笔画", "墨线画", "水墨"];
        /// Flat layers with soft shadows.
        PaperCut = "paper_cut", ["paper cut", "papercut", "cut paper", "paper collage"], ["剪纸", "剪纸画"];
        /// Soft and chalky.
        Pastel = "pastel", ["pastel", "soft pastel", "chalk pastel", "pastel drawing"], ["粉彩", "色粉画", "粉彩画"];
        /// A printed block: black lines, carved light, few flat tints.
        Woodcut = "woodcut", ["woodcut", "woodblock print", "linocut", "woodcut print"], ["木刻", "版画", "木刻版画"];
        /// Large square pixels and few colours.
        PixelArt = "pixel_art", ["pixel art", "pixel style", "8-bit pixel art", "retro pixel art"], ["像素画", "像素风", "像素艺术"];
    }
}
