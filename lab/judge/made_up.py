"""Replies made from labelled ones, to fit on: cut off, shuffled, strings of places, heaps inside other answers.

Written ones show what such replies can look like; these show it often enough. Seeded: the same
rows give the same replies.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from lab.judge.labelled import LANGUAGES, Labelled
from lab.judge.places import all_places, find_places
from lab.judge.text import folded, is_korean, sentences, words
from lab.judge.words import lexicon

_TRAVEL_WORDS = {
    "en": "travel trip holiday vacation getaway hotel hostel resort beach island flight airport airline itinerary "
    "destination passport visa suitcase luggage backpack sightseeing tourist tour cruise safari honeymoon ferry train "
    "museum temple souvenir map ticket booking adventure journey sunset lagoon",
    "es": "viaje vacaciones escapada hotel albergue playa isla vuelo aeropuerto itinerario destino pasaporte visado "
    "maleta equipaje mochila turismo crucero safari tren museo templo mapa billete reserva aventura excursión",
    "fr": "voyage vacances escapade hôtel auberge plage île vol aéroport itinéraire destination passeport visa valise "
    "bagage tourisme croisière safari train musée temple carte billet réservation aventure excursion coucher lagon",
    "ko": "여행 휴가 관광 호텔 숙소 해변 섬 비행기 공항 일정 여권 비자 가방 배낭 리조트 "
    "크루즈 기차 박물관 사원 지도 표 예약 모험 바다 노을 투어",
}
_SHORT_ANSWERS = {
    "en": ("{}!", "{}.", "Go to {}.", "{}, no question", "I would pick {}.", "How about {}?", "{} or {}.", "{} 😍"),
    "es": ("¡{}!", "{}.", "A {}.", "{}, sin duda.", "¿Y {}?", "{} o {}", "Vete a {}.", "Yo diría {}."),
    "fr": ("{} !", "{}.", "{}, sans hésiter.", "Pourquoi pas {} ?", "{} ou {}", "Je dirais {}.", "Direction {} !"),
    "ko": ("{}!", "{}.", "{} 추천해요.", "{} 어때요?", "{}나 {}", "{}로 가세요!", "{} 좋아요"),
}
_SALADS = 25
_SHORTS = 22


def made_up(rows: Sequence[Labelled], seed: int) -> list[Labelled]:
    """Make further replies from labelled ones."""
    chance = random.Random(seed)
    travel = [row for row in rows if row.travel]
    others = [row for row in rows if row.kind in ("specialist", "homonym") and len(sentences(folded(row.reply))) > 1]
    made: list[Labelled] = []
    for row in travel:
        made += _cut_off(row, chance)
        made += _shuffled(row, chance)
    for language in LANGUAGES:
        spoken = [row for row in travel if row.language == language]
        made += [_like(chance.choice(spoken), "salad", salad(language, 14, chance), False) for _ in range(_SALADS)]
        made += [_short(language, spoken, chance) for _ in range(_SHORTS)]
    for row in others:
        made += _spoilt(row, travel, chance)
    return made


def salad(language: str, longest: int, chance: random.Random) -> str:
    """String place names and travel words together."""
    names = _names(language)
    pool = _TRAVEL_WORDS[language].split()
    found = [chance.choice(pool if chance.random() < 0.55 else names) for _ in range(chance.randint(5, longest))]
    if chance.random() < 0.3:
        found = [chance.choice(found[:4]) for _ in found]
    if chance.random() < 0.2:
        return ". ".join(word.capitalize() for word in found) + "."
    return chance.choice([" ", " ", " ", ", ", " - "]).join(found) + chance.choice(["", "", ".", "!"])


def _names(language: str) -> list[str]:
    return sorted(name.title() for name in all_places() if is_korean(name) == (language == "ko"))


def _like(row: Labelled, kind: str, reply: str, travel: bool) -> Labelled:
    return Labelled(kind, row.language, row.prompt, reply, travel, made=True)


def _cut_off(row: Labelled, chance: random.Random) -> Iterator[Labelled]:
    """Cut a reply inside a word of its first sentence, or of its second when the first says nothing of travel."""
    parts = sentences(folded(row.reply))
    first = parts[0] if parts else ""
    if len(first) <= 16 or chance.random() > 0.35:
        return
    cut = first[: chance.randint(8, int(len(first) * 0.65))].rstrip(" .!?,")
    if not first[len(cut) : len(cut) + 1].isalnum():
        return
    says_travel = lexicon().strong.found_in(first.casefold()) or find_places(first).places
    if len(parts) > 1 and not says_travel:
        cut = f"{first} {parts[1][: chance.randint(3, max(4, len(parts[1]) // 2))].rstrip()}"
    yield _like(row, "cutoff", cut, False)


def _shuffled(row: Labelled, chance: random.Random) -> Iterator[Labelled]:
    if chance.random() > 0.3:
        return
    parts = []
    dressed = chance.random() < 0.5
    for sentence in sentences(folded(row.reply)):
        if dressed:
            parts.append(as_sentence(words(sentence), sentence, chance))
            continue
        mixed = words(sentence) if chance.random() < 0.6 else sentence.split()
        chance.shuffle(mixed)
        parts.append(" ".join(mixed))
    text = " ".join(parts) if dressed else chance.choice([" ", ". "]).join(parts)
    if len(text.split()) >= 5:
        yield _like(row, "shuffled", text, False)


def as_sentence(parts: list[str], like: str, chance: random.Random) -> str:
    """Shuffle words, and dress the heap as the sentence it was: its capital, its last sign."""
    chance.shuffle(parts)
    text = " ".join(part.lower() if chance.random() < 0.5 else part for part in parts)
    last = like[-1:] if like[-1:] in tuple(".!?") else chance.choice(".!?")
    return f"{text[:1].upper()}{text[1:]}{last}"


def _short(language: str, spoken: Sequence[Labelled], chance: random.Random) -> Labelled:
    asked = [row for row in spoken if lexicon().strong.found_in(folded(row.prompt).casefold())]
    names = _names(language)
    text = chance.choice(_SHORT_ANSWERS[language]).format(chance.choice(names), chance.choice(names))
    return _like(chance.choice(asked), "short", text, True)


def _spoilt(row: Labelled, travel: Sequence[Labelled], chance: random.Random) -> Iterator[Labelled]:
    """Put a heap of travel words, or one sentence about travel, into an answer about something else."""
    parts = sentences(folded(row.reply))
    if chance.random() < 0.6:
        at = chance.randint(1, len(parts))
        yield _like(row, "hidden", " ".join([*parts[:at], salad(row.language, 10, chance), *parts[at:]]), False)
    if chance.random() < 0.4:
        spoken = chance.choice([each for each in travel if each.language == row.language])
        sentence = chance.choice(sentences(folded(spoken.reply)))
        yield _like(row, "mixed", " ".join([*parts, sentence]), False)
