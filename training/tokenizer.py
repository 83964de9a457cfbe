"""Learn the vocabulary: a Unigram tokenizer that keeps numbers whole and throws punctuation away."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

UNKNOWN = "[UNK]"

# What may carry meaning; the rest (punctuation, symbols, spaces) is removed, for in a mean of token vectors
# every comma would pull a text towards every other. Numbers come first: "12.5%" is one token, not four.
NUMBER = r"[0-9]+(?:\.[0-9]+)*%?"
WORDS = NUMBER + r"|\p{Han}+|(?:(?!\p{Han})[\p{L}\p{M}])+"

# Chinese is written without spaces: one between two characters is the end of a printed line.
BROKEN_WORD = r"(?<=\p{Han})\s+(?=\p{Han})"

# A longer piece (a whole office's name) would share no token with the same name written in part.
LONGEST_PIECE = 4

# Pieces such as 登记的 hide the word 登记 from a question that asks about 登记.
GLUED_PARTICLE = re.compile(r"[的了和与及或在并]\w{2,}|\w{2,}[的了和与及或在并]")

# Fewer occurrences teach a vector nothing, and a fifth of all distinct characters are that rare.
RAREST_CHARACTER = 3

# Common numbers (years, round percentages) get tokens of their own; rarer ones are put together from them.
NUMBER_TOKENS = 1500

# Inside a number only number tokens compete; one score for all makes the fewest pieces win.
NUMBER_SCORE = -1.0

Piece = tuple[str, float]


def untrained_tokenizer(model: models.Unigram) -> Tokenizer:
    """Put the text rules around `model`."""
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = _normaliser()
    # Inverted, so the pattern names what is kept and everything between the matches is removed.
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(WORDS), behavior="removed", invert=True)
    return tokenizer


def train_tokenizer(texts: Sequence[str], vocabulary_size: int) -> Tokenizer:
    """Learn about `vocabulary_size` pieces from `texts`, then tidy them."""
    tokenizer = untrained_tokenizer(models.Unigram())
    trainer = trainers.UnigramTrainer(
        vocab_size=vocabulary_size,
        special_tokens=[UNKNOWN],
        unk_token=UNKNOWN,
        max_piece_length=LONGEST_PIECE,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    learned = [(piece, score) for piece, score in json.loads(tokenizer.to_str())["model"]["vocab"]]
    return untrained_tokenizer(models.Unigram(tidy(learned, texts), unk_id=0))


def tidy(learned: Sequence[Piece], texts: Sequence[str]) -> list[Piece]:
    """Drop rare characters, glued particles and chopped numbers; add the common numbers whole."""
    normaliser = _normaliser()
    clean = [normaliser.normalize_str(text) for text in texts]
    characters = Counter[str]()
    for text in clean:
        characters.update(text)
    numbers = [number for number, _ in Counter(_numbers(clean)).most_common(NUMBER_TOKENS)]
    kept = [piece for piece in learned if piece[0] != UNKNOWN and _worth_a_token(piece[0], characters)]
    known = {text for text, _ in kept}
    whole = [(number, NUMBER_SCORE) for number in numbers if number not in known]
    return [(UNKNOWN, 0.0), *kept, *whole]


def _normaliser() -> normalizers.Normalizer:
    """Return the rule that makes full-width and capital letters plain and joins words broken over lines."""
    joined = normalizers.Replace(Regex(BROKEN_WORD), "")
    return normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase(), joined])


def _numbers(texts: Sequence[str]) -> Iterator[str]:
    """Yield every number of more than one character."""
    for text in texts:
        yield from (number for number in re.findall(NUMBER, text) if len(number) > 1)


def _worth_a_token(piece: str, characters: Counter[str]) -> bool:
    """Say whether a learned piece should stay."""
    if len(piece) == 1:
        return characters[piece] >= RAREST_CHARACTER or piece.isascii()
    return GLUED_PARTICLE.fullmatch(piece) is None and re.match("[0-9.%]", piece) is None
