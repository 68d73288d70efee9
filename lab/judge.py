"""Judge whether a reply is about travel, by its words: offline, without a model, the same answer every time.

`python -m lab.judge FILE.jsonl` judges rows of `id`, `prompt` and `reply`, and prints one JSON object a row.
"""

from __future__ import annotations

import functools
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from lab.errors import InputError
from lab.jsonl import Record, json_type, read_lines
from lab.judge_words import Lexicon, folded, read_lexicon

WORDS = Path(__file__).resolve().parent.parent / "data" / "judge.toml"

_END_OF_SENTENCE = re.compile(r"(?<=[.!?\u2026\u3002\uff01\uff1f])[\"')]*\s+|\s*\n\s*")
_LIST_MARK = re.compile(r"^\s*(?:[-\u2022\u2013]|\d{1,2}[.)])\s*")
_CLAUSE = re.compile(r"\bbut\b|\bhowever\b|\bpero\b|\bmais\b|하지만|지만|;|\u2014|\s\u2013\s|,\s*(?:so|and)\s+(?=i\b)")
_WORD = re.compile(r"\w[\w'-]*")

TRAVEL = "travel"
LEANING = "leaning"
REFUSAL = "refusal"
PLAIN = "plain"


@dataclass(frozen=True)
class Judgement:
    """What the judge found: `score` is the weighed share of travel in the reply, 0 to 1; `reason` is for a student."""

    travel: bool
    score: float
    reason: str


@dataclass(frozen=True)
class Sentence:
    """One sentence and what it is about: `TRAVEL`, `LEANING` to it, `REFUSAL`, `PLAIN` or the name of another topic."""

    about: str
    words: int


def judge(prompt: str, reply: str) -> Judgement:
    """Judge whether the reply to a prompt is focused on travel.

    Each sentence counts for travel, for another topic, for declining to talk about travel, or for nothing in
    particular. Repeated sentences count once and the prompt's own words not at all. Place names or travel words strewn
    without sentences are no answer. The words and the numbers are in `data/judge.toml`; raises `InputError` when that
    file cannot be used.
    """
    lexicon = _lexicon()
    own = _without_echo(folded(reply), folded(prompt).strip())
    texts = list(dict.fromkeys(text for part in _END_OF_SENTENCE.split(own) if (text := _tidy(part))))
    if not texts:
        return Judgement(False, 0.0, "The reply has no words of its own.")
    asked = bool(lexicon.strong.found_in(folded(prompt)))
    if _is_heap(own, lexicon):
        return Judgement(False, 0.0, "The reply strings place names or travel words together and forms no sentences.")
    sentences = [_classify(text, lexicon, asked=asked) for text in texts]
    share = _share(sentences, lexicon)
    return Judgement(share > lexicon.limits.share, round(share, 3), _reason(sentences))


@functools.cache
def _lexicon() -> Lexicon:
    return read_lexicon(WORDS)


def _without_echo(reply: str, prompt: str) -> str:
    """Take the prompt out of the reply, unless it is so short that the reply may use it by chance."""
    return reply.replace(prompt, " ") if len(_WORD.findall(prompt)) > 3 else reply


def _tidy(part: str) -> str:
    """Return a sentence without its list mark; nothing when no word is left."""
    text = _LIST_MARK.sub("", part).strip()
    return text if _WORD.search(text) else ""


def _is_heap(text: str, lexicon: Lexicon) -> bool:
    count = len(_WORD.findall(text))
    if count < lexicon.limits.heap_from_words:
        return False
    rest = text
    for words in (lexicon.strong, lexicon.places, lexicon.weak):
        rest = words.taken_out_of(rest)
    return (count - len(_WORD.findall(rest))) / count > lexicon.limits.heap_share


def _classify(text: str, lexicon: Lexicon, *, asked: bool) -> Sentence:
    """Find out what a sentence is about; `asked` says that the prompt was about travel."""
    travel = refused = 0.0
    topics: Counter[str] = Counter()
    for clause in _CLAUSE.split(lexicon.set_phrases.taken_out_of(text)):
        declines = bool(lexicon.refusals.found_in(clause))
        weight = _travel_weight(lexicon.dismissals.taken_out_of(clause), lexicon, asked=asked)
        if declines:
            refused += weight
            continue
        travel += weight
        for topic in lexicon.topics:
            topics[topic.name] += len(topic.words.found_in(clause))
    return Sentence(_about(travel, refused, +topics, lexicon), len(_WORD.findall(text)))


def _travel_weight(clause: str, lexicon: Lexicon, *, asked: bool) -> float:
    weights = lexicon.weights
    places = len(lexicon.places.found_in(clause))
    return (
        weights.strong * len(lexicon.strong.found_in(clause))
        + weights.weak * len(lexicon.weak.found_in(clause))
        + (weights.place_when_asked * places if asked else weights.place * min(places, 1))
    )


def _about(travel: float, refused: float, topics: Counter[str], lexicon: Lexicon) -> str:
    """Weigh a sentence: a list of several topics is nobody's sentence, even with travel among them."""
    others = sum(topics.values())
    if len(topics) > 1 and travel <= lexicon.weights.strong * others:
        return "several topics"
    if travel >= lexicon.weights.sentence and travel > others:
        return TRAVEL
    if refused >= lexicon.weights.sentence:
        return REFUSAL
    if topics:
        return topics.most_common(1)[0][0]
    return LEANING if travel else PLAIN


def _share(sentences: Iterable[Sentence], lexicon: Lexicon) -> float:
    """Weigh the sentences about travel against those about anything else; too little of it is none."""
    weights = lexicon.weights
    travel = against = 0.0
    for sentence in sentences:
        if sentence.about == TRAVEL:
            travel += 1
        elif sentence.about == LEANING:
            travel += weights.leaning
        elif sentence.about == REFUSAL:
            against += weights.refusal
        elif sentence.about != PLAIN:
            against += 1
        elif sentence.words >= weights.plain_from_words:
            against += weights.plain
    return travel / (travel + against) if travel >= lexicon.limits.least else 0.0


def _reason(sentences: list[Sentence]) -> str:
    """Say what the sentences are about, in words for a student."""
    counts = Counter(sentence.about for sentence in sentences)
    noun = "sentence is" if len(sentences) == 1 else "sentences are"
    parts = [f"{counts.pop(TRAVEL, 0)} of {len(sentences)} {noun} about travel"]
    refused, plain, leaning = counts.pop(REFUSAL, 0), counts.pop(PLAIN, 0), counts.pop(LEANING, 0)
    parts += [f"{number} about {name}" for name, number in counts.most_common()]
    if leaning:
        parts.append(f"{leaning} perhaps")
    if refused:
        parts.append(f"{refused} declining to talk about it")
    if plain:
        parts.append(f"{plain} about nothing in particular")
    return ", ".join(parts) + "."


def judge_file(path: Path) -> list[dict[str, object]]:
    """Judge every row of a JSON Lines file, in its order: `id`, `travel`, `score` and `reason` for each.

    Raises `InputError` with every row that has no `id`, `prompt` or `reply`; other members are let through.
    """
    try:
        lines = read_lines(path.read_bytes())
    except OSError as error:
        raise InputError(str(path), [f"the file cannot be read: {error.strerror or error}; check the path"]) from error
    problems = [*map(str, lines.problems), *(problem for record in lines.records for problem in _wrong_in_row(record))]
    if problems:
        raise InputError(str(path), problems)
    return [_judged(record.value) for record in lines.records]


def _wrong_in_row(record: Record) -> Iterator[str]:
    for key, wanted in (("id", (str, int)), ("prompt", str), ("reply", str)):
        value = record.value.get(key)
        if not isinstance(value, wanted):
            found = json_type(value) if key in record.value else "nothing"
            yield f"line {record.line}: found {found} for '{key}', expected a text"


def _judged(row: dict[str, object]) -> dict[str, object]:
    judgement = judge(str(row["prompt"]), str(row["reply"]))
    return {"id": row["id"], **asdict(judgement)}


def main(arguments: Sequence[str]) -> int:
    """Judge the file that the command line names; returns the exit code, 4 for a file that cannot be used."""
    if len(arguments) != 1:
        print("usage: python -m lab.judge FILE.jsonl", file=sys.stderr)
        return 4
    try:
        rows = judge_file(Path(arguments[0]))
    except InputError as error:
        print(error, file=sys.stderr)
        return 4
    for row in rows:
        sys.stdout.buffer.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
