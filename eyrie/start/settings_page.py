"""Prints docs/settings.md from the descriptions of the settings, so that the page cannot fall behind."""

from pydantic.fields import FieldInfo

from eyrie.start.settings import Settings, shown, variable

_HEAD = """\
# Settings

<!-- Printed by `make docs` from eyrie/start/settings.py. Change it there. -->

Every setting has a default, so none is needed to begin. The environment (`EYRIE_PORT=9000`) comes before the
default, and the command line (`--set port=9000`, and a flag of its own for the most used) before the
environment. An unknown `EYRIE_` variable is refused, so a slip of the keyboard does not pass in silence.
`eyrie settings` shows the values in use and where each came from; secrets it does not show. A size is written
`512MB` or `2GB` (powers of ten) or `512MiB` (powers of two).

| Setting | Variable | Default | Meaning |
| --- | --- | --- | --- |
"""


def settings_page() -> str:
    """The page docs/settings.md."""
    rows = [
        f"| `{name}` | `{variable(name)}` | {_default(name, field)} | {field.description} |\n"
        for name, field in Settings.model_fields.items()
    ]
    return _HEAD + "".join(rows)


def _default(name: str, field: FieldInfo) -> str:
    """The default as it would be written; one that depends on the machine is told by the description."""
    if field.default_factory is not None:
        return "by the machine"
    written = shown(name, field.default)
    return f"`{written}`" if written else "empty"
