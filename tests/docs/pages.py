"""What the tests of documents read: pages, their links, their shell examples and what those print."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_BLOCK = re.compile(
    r"^```sh\n(?P<commands>.*?)^```$(?:\n+^```text\n(?P<printed>.*?)^```$)?", re.MULTILINE | re.DOTALL
)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_ON_DEMO = ("make run", "eyrie demo")


@dataclass(frozen=True)
class Example:
    """A block marked `sh`, and the block marked `text` right behind it: what it prints, to the letter."""

    commands: str
    printed: str | None


def all_pages() -> list[Path]:
    """Every page that people read."""
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def guides() -> list[Path]:
    """The pages whose examples are run."""
    return [ROOT / "README.md", *sorted((DOCS / "guides").glob("*.md"))]


def shell_examples(page: Path) -> list[Example]:
    """The examples of a page, in order: together they are one session."""
    return [Example(found["commands"], found["printed"]) for found in _BLOCK.finditer(page.read_text())]


def on_demo(page: Path) -> bool:
    """Tell whether a page's reader has the demo: from `make run`, or because the page says how to get it."""
    return any(words in page.read_text() for words in _ON_DEMO)


def links(page: Path) -> list[str]:
    """Links to other pages of ours."""
    return [link for link in _LINK.findall(page.read_text()) if "://" not in link]
