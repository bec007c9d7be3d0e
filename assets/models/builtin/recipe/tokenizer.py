"""Trains the BPE tokenizer on the captions of a folder of shards.

    python tokenizer.py SHARDS tokenizer.json
"""

import sys

from shards import image_shards, read_lines
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

VOCAB_SIZE = 4096
# Words of stories that captions may lack, so that they cost few tokens.
EXTRA = """The ferryman's daughter stood by the old lighthouse with her brother and looked at the ship.
Grandmother opened the wooden door, and the little mouse ran under the table. A storm came over the hill.
母亲 父亲 奶奶 爷爷 外婆 妈妈 爸爸 哥哥 姐姐 弟弟 妹妹 老师 孩子 船长 公主 王子 骑士 海盗 巫师 机器人 老鼠 乌龟 鲸鱼 小鹿 乌鸦 马
山洞 沙漠 花园 图书馆 厨房 车站 桥 塔 灯塔 船 马车 雪 雨 雾 风 雷 月亮 星星 太阳 早晨 清晨 中午 下午 傍晚 夜晚 春天 夏天 秋天 冬天""".splitlines()


def main(shards, out):
    tokenizer = Tokenizer(models.BPE())
    # Byte level: any text in any script has tokens, and none is unknown.
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Prepend(" ")]
    )
    # Each Chinese character stands alone: captions are short and alike, and
    # whole phrases would become tokens that never recombine.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\p{Han}"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCAB_SIZE,
        special_tokens=["<pad>", "<end>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )

    def captions():
        yield from EXTRA * 20
        for shard in image_shards(shards):
            for line in read_lines(shard):
                yield from line["captions"]

    tokenizer.train_from_iterator(captions(), trainer)
    tokenizer.save(out)
    print(f"{tokenizer.get_vocab_size()} tokens: {out}")


if __name__ == "__main__":
    main(*sys.argv[1:])
