"""Packages of npm that tests run: fetched into the build folder by their lock, again only when it changes."""

import shutil
import subprocess
from pathlib import Path

import pytest

BUILD = Path(__file__).parents[2] / "build"
NPM_SECONDS = 120


def fetched(source: Path, name: str) -> Path:
    """The folder in which the packages of a lock are; skips the test where they cannot be fetched."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node and npm are not installed")
    build = BUILD / name
    build.mkdir(parents=True, exist_ok=True)
    lock, done = source / "package-lock.json", build / "fetched-lock.json"
    if done.exists() and done.read_text() == lock.read_text():
        return build
    shutil.copy(source / "package.json", build)
    shutil.copy(lock, build)
    fetching = subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
        cwd=build,
        capture_output=True,
        text=True,
        timeout=NPM_SECONDS,
        check=False,
    )
    if fetching.returncode:
        pytest.skip(f"npm cannot fetch {name}: {fetching.stderr.strip()[-300:]}")
    shutil.copy(lock, done)
    return build
