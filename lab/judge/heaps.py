"""Heaps of words to fit on, beside the labelled ones: travel words and places strung together, sentences shuffled."""

from __future__ import annotations

import random

from lab.judge.places import all_places
from lab.judge.text import is_korean

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


def as_sentence(parts: list[str], like: str, chance: random.Random) -> str:
    """Shuffle words, and dress the heap as the sentence it was: its capital, its last sign."""
    chance.shuffle(parts)
    text = " ".join(part.lower() if chance.random() < 0.5 else part for part in parts)
    last = like[-1:] if like[-1:] in tuple(".!?") else chance.choice(".!?")
    return f"{text[:1].upper()}{text[1:]}{last}"
