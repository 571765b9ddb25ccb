"""What the tests of documents read: pages, their links and their shell examples."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def all_pages() -> list[Path]:
    """Every page that people read."""
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def guides() -> list[Path]:
    """The pages whose examples are run."""
    return [ROOT / "README.md", *sorted((DOCS / "guides").glob("*.md"))]


def shell_examples(page: Path) -> list[str]:
    """The blocks marked `sh`, in order: together they are one session."""
    return _BLOCK.findall(page.read_text())


def links(page: Path) -> list[str]:
    """Links to other pages of ours."""
    return [link for link in _LINK.findall(page.read_text()) if "://" not in link]
