"""Every shell example in README and guides works and prints what the page shows, against a real server."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.docs.pages import ROOT, guides, on_demo, shell_examples
from tests.servers import eyrie, running_server

# What a reader's server has, and what a test's has instead.
ADDRESS, HOMES = "http://127.0.0.1:8080", ("build/home", "build/guide")
TODAY = "2026-03-15"  # of the demo in the guides
EYRIE = f"""#!/bin/sh
exec {sys.executable} -c 'from eyrie.start.command_line import main; main()' "$@"
"""
NEXT = "=== what the next example prints ==="


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """A home with the demo of a fixed day, made once, to be copied."""
    home = tmp_path_factory.mktemp("guides") / "home"
    eyrie("demo", "--home", str(home), "--today", TODAY)
    return home


@pytest.mark.parametrize("page", guides(), ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_run_in_order_and_print_what_it_shows(page, tmp_path, request):
    command = tmp_path / ".venv" / "bin" / "eyrie"
    command.parent.mkdir(parents=True)
    command.write_text(EYRIE)
    command.chmod(0o755)
    if on_demo(page):
        shutil.copytree(request.getfixturevalue("demo"), tmp_path / "home")
    examples = shell_examples(page)
    with running_server(tmp_path / "home") as server:
        session = f"\necho '{NEXT}'\n".join(example.commands for example in examples)
        for home in HOMES:
            session = session.replace(home, "home")
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", session.replace(ADDRESS, server.address)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    printed = ran.stdout.split(f"{NEXT}\n")
    assert len(printed) == len(examples)
    for example, text in zip(examples, printed, strict=True):
        assert example.printed in (None, text), example.commands
