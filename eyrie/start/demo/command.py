"""`eyrie demo`: fills a home and says what to do next."""

import os
from collections.abc import Iterator, Sequence

import typer

from eyrie.basics.errors import Malformed, Refused
from eyrie.basics.period import read_day
from eyrie.operations.house import House
from eyrie.start.demo.bills import Bill, bills
from eyrie.start.demo.company import NAME, PROVIDERS
from eyrie.start.demo.home import Filled, fill
from eyrie.start.demo.story import EARLIEST, LATEST, Story
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from eyrie.surfaces.cli.work import DemoWish, Flags


def demo(flags: Flags, wish: DemoWish) -> Sequence[str]:
    """Fill a home with the demo."""
    with opened(read_settings(os.environ, flags)) as house:
        story = _story(house, wish)
        try:
            return _said(house, fill(house, story, _made))
        except Refused:
            if wish.if_empty:
                return [f"{house.home} is in use; it is left as it is, without the demo."]
            raise


def _made(story: Story) -> Iterator[Bill]:
    """The bills, and a word on them as soon as they are asked for: this is what takes time."""
    typer.echo(f"Making up a year of {NAME}'s bills; this takes some ten seconds.", err=True)
    yield from bills(story)


def _story(house: House, wish: DemoWish) -> Story:
    today = house.now().date() if wish.today is None else read_day(wish.today)
    if today is None or not EARLIEST <= today <= LATEST:
        raise Malformed(f"--today {wish.today} must be a date from {EARLIEST} to {LATEST}, as in 2026-03-15")
    return Story(wish.seed, today)


def _said(house: House, filled: Filled) -> Sequence[str]:
    state = "is there already" if filled.already else "is ready"
    return [
        f"{NAME}, the demo, {state} in {house.home}:",
        f"  {filled.rows:,} rows of {len(PROVIDERS)} providers, {filled.first} to {filled.last}",
        "Try it:",
        f"  eyrie costs --home {house.home} --group provider --from {filled.first}",
    ]
