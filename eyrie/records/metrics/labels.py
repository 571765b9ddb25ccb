"""The labels of a value: pairs of key and value, in one text that is the same for the same pairs.

Most values have one label or none, which the API calls by no key: here it has the key `label`. Values without
labels have the text `{}`.
"""

import json
from collections.abc import Mapping

from eyrie.basics.errors import Refused

PLAIN = "label"
UNLABELLED = "{}"
LONGEST_BYTES = 2000  # what an index of PostgreSQL still takes


def text_of(labels: Mapping[str, str]) -> str:
    """Write labels; empty ones are none.

    >>> text_of({"team": "web", "env": "prod", "region": ""})
    '{"env":"prod","team":"web"}'
    """
    given = {key: value for key, value in sorted(labels.items()) if value}
    text = json.dumps(given, ensure_ascii=False, separators=(",", ":"))
    if len(text.encode()) > LONGEST_BYTES:
        raise Refused(f"a label is longer than {LONGEST_BYTES} bytes")
    return text


def text_of_label(label: str | None) -> str:
    """Write a plain label.

    >>> text_of_label("Enterprise"), text_of_label(""), text_of_label(None)
    ('{"label":"Enterprise"}', '{}', '{}')
    """
    return text_of({PLAIN: label}) if label else UNLABELLED


def pairs_of(text: str) -> dict[str, str]:
    """Read what was written."""
    pairs: dict[str, str] = json.loads(text)
    return pairs


def shown(text: str) -> str | None:
    """Labels as one label: a plain one by itself, several as pairs.

    >>> shown('{"label":"Enterprise"}'), shown('{"env":"prod","team":"web"}'), shown("{}")
    ('Enterprise', 'env:prod, team:web', None)
    """
    pairs = pairs_of(text)
    if set(pairs) <= {PLAIN}:
        return pairs.get(PLAIN)
    return ", ".join(f"{key}:{value}" for key, value in pairs.items())
