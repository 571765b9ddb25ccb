"""Reads bodies in all the forms that clients send them.

JSON never passes through binary floats. Uploads come as multipart (from one client without the boundary in
the header, so it is taken from the body's first line), as a form-encoded text, or as bare `text/csv`.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qs

import msgspec
from pydantic import BaseModel, ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from eyrie.basics.errors import BodyUnsupported, Malformed
from eyrie.operations.call import File
from eyrie.operations.operation import FormBody, UploadBody
from eyrie.surfaces.api.parameters import read_values
from eyrie.surfaces.api.problems import sentences

_decoder = msgspec.json.Decoder(float_hook=Decimal)
MOST_PARTS = 100
_JSON_BLANKS = b" \t\r\n"  # fewer than what `bytes.strip` takes for blank


@dataclass(frozen=True)
class Form:
    """The parts of a form: texts, and files with their names."""

    texts: dict[str, list[str]]
    files: dict[str, File]


def read_json(
    content: bytes, content_type: str, model: type[BaseModel]
) -> Any:  # Any: an instance of `model`
    """Read and check a JSON body; a missing or empty one is `{}`."""
    kind = content_type.split(";")[0].strip().lower()
    if not is_blank(content) and kind not in ("", "application/json") and not kind.endswith("+json"):
        raise BodyUnsupported(f"Send the body as application/json, not as {kind[:100]}")
    try:
        sent = {} if is_blank(content) else _decoder.decode(content)
    except RecursionError:
        raise Malformed("The body is nested too deeply") from None
    except InvalidOperation:
        raise Malformed("The body has a number that is out of range") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"The body is not valid JSON: {error}") from None
    return checked(model, sent)


def is_blank(content: bytes) -> bool:
    """Tell whether a body holds nothing but what JSON takes for blanks."""
    return not content.strip(_JSON_BLANKS)


def checked(model: type[BaseModel], sent: object) -> Any:  # Any: an instance of `model`
    """Check what was sent against a model."""
    try:
        return model.model_validate(sent)
    except ValidationError as error:
        raise sentences(error) from None


def read_upload(content: bytes, content_type: str, body: UploadBody) -> tuple[Any, dict[str, File]]:
    """Read an upload: its other fields, checked, and its file, which may be missing."""
    kind = content_type.split(";")[0].strip().lower()
    if kind == "multipart/form-data":
        form = _read_multipart(content, content_type)
    elif kind == "application/x-www-form-urlencoded":
        form = _read_urlencoded(content)
    elif kind == "text/csv":
        form = Form({}, {body.file: File(None, content)})
    elif not kind and not content:
        form = Form({}, {})
    else:
        raise BodyUnsupported(
            "Send the file as multipart/form-data, application/x-www-form-urlencoded or text/csv"
        )
    files = dict(form.files)
    if body.file not in files and body.file in form.texts:
        files[body.file] = File(None, form.texts[body.file][-1].encode())
    return read_values(body.model, form.texts), files


def read_form(content: bytes, content_type: str, body: FormBody) -> Any:  # Any: an instance of the model
    """Read and check a form without files; JSON is taken as well."""
    kind = content_type.split(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return read_values(body.model, _read_urlencoded(content).texts)
    if kind == "multipart/form-data":
        return read_values(body.model, _read_multipart(content, content_type).texts)
    return read_json(content, content_type, body.model)


def _read_urlencoded(content: bytes) -> Form:
    try:
        texts = parse_qs(content.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARTS)
    except ValueError:
        raise Malformed("The form cannot be read: it must be UTF-8, percent-encoded") from None
    return Form(texts, {})


class _Parts:
    """Collects the parts of a multipart body as the parser meets them."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.files: dict[str, File] = {}
        self.count = 0
        self.finished = False
        self._start()

    def _start(self) -> None:
        self._headers: dict[bytes, bytes] = {}
        self._field, self._value, self._data = b"", b"", bytearray()

    def callbacks(self) -> Any:  # Any: the parser's own mapping of callbacks
        """What the parser calls."""
        return {
            "on_part_begin": self._start,
            "on_header_field": self._on_field,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header,
            "on_part_data": self._on_data,
            "on_part_end": self._on_end,
            "on_end": self._on_finish,
        }

    def _on_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header(self) -> None:
        self._headers[self._field.lower()] = self._value
        self._field = self._value = b""

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]

    def _on_finish(self) -> None:
        self.finished = True

    def _on_end(self) -> None:
        self.count += 1
        if self.count > MOST_PARTS:
            raise Malformed(f"The form has more than {MOST_PARTS} parts")
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        try:
            name = options.get(b"name", b"").decode()
            if b"filename" in options:
                self.files[name] = File(options[b"filename"].decode(), bytes(self._data))
            else:
                self.texts.setdefault(name, []).append(self._data.decode())
        except UnicodeDecodeError:
            raise Malformed("The form has a name or text that is not UTF-8") from None


def _read_multipart(content: bytes, content_type: str) -> Form:
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        first_line = content.lstrip(b"\r\n").split(b"\n", 1)[0].strip()
        if not first_line.startswith(b"--") or len(first_line) < 3:
            raise Malformed("The multipart body does not begin with a boundary")
        boundary = first_line[2:]
    parts = _Parts()
    try:
        parser = MultipartParser(boundary, parts.callbacks())
        parser.write(content.lstrip(b"\r\n"))
        parser.finalize()
    except FormParserError as error:
        raise Malformed(f"The multipart body cannot be read: {error}") from None
    if not parts.finished:
        raise Malformed("The multipart body ends before its last boundary")
    return Form(parts.texts, parts.files)
