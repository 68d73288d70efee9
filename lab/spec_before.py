"""Read the parts of the lab's specification that are for the preflight: what to look at, its words, and prices."""

from __future__ import annotations

from lab.prices import Price, PriceList
from lab.spec import PreflightSpec, PreflightWords, Provider, Text
from lab.spec_words import texts_of
from lab.tables import Table


def text_in_both(table: Table, key: str) -> Text:
    """A text and its translation, whose key ends in `_ko`."""
    return Text(en=table.text(key), ko=table.text(f"{key}_ko"))


def read_preflight(table: Table) -> PreflightSpec:
    """The table `[preflight]`."""
    preflight = PreflightSpec(
        register_s=table.number("register_s", above=0),
        providers=tuple(_read_provider(each) for each in table.tables("provider", name="name")),
        words=PreflightWords(**texts_of(table.table("words"), PreflightWords)),
    )
    table.close()
    return preflight


def _read_provider(table: Table) -> Provider:
    provider = Provider(name=table.text("name"), step=table.text("step"))
    table.close()
    return provider


def read_prices(table: Table) -> PriceList:
    """The table `[prices]`."""
    prices = PriceList(
        day=table.day("date"),
        currency=table.text("currency"),
        epochs=table.whole("epochs", at_least=1),
        bytes_per_token=table.number("bytes_per_token", above=0),
        hosting_hours=table.number("hosting_hours", above=0),
        prompt_tokens=table.whole("prompt_tokens", at_least=1),
        models=tuple(_read_price(each) for each in table.tables("model", name="name")),
    )
    table.close()
    return prices


def _read_price(table: Table) -> Price:
    price = Price(
        name=table.text("name"),
        regions=table.texts("regions"),
        training=table.number("training", above=0),
        training_hour=table.number_or_none("training_hour", above=0),
        hosting=table.number("hosting", above=0),
        input=table.number("input", above=0),
        output=table.number("output", above=0),
    )
    table.close()
    return price
