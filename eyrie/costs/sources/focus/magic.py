"""What a file is, by its first bytes. Names do not decide: exports are called all sorts of things."""

from enum import Enum

from eyrie.basics.errors import Refused

MAGIC_BYTES = 512


class Kind(Enum):
    """How a file is packed."""

    TEXT = "none"
    GZIP = "gzip"
    ZSTD = "zstd"
    ZIP = "zip"
    PARQUET = "parquet"


_MAGIC = {
    b"PAR1": Kind.PARQUET,
    b"PK\x03\x04": Kind.ZIP,
    b"PK\x05\x06": Kind.ZIP,  # an empty one
    b"\x1f\x8b": Kind.GZIP,
    b"\x28\xb5\x2f\xfd": Kind.ZSTD,
}
_FOREIGN = {
    b"\xff\xfe": "is UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "is UTF-16 text; save it as UTF-8",
    b"BZh": "is packed with bzip2; pack it with gzip, zip or zstd, or not at all",
    b"\xfd7zXZ\x00": "is packed with xz; pack it with gzip, zip or zstd, or not at all",
    b"7z\xbc\xaf\x27\x1c": "is a 7-Zip archive; pack it with gzip, zip or zstd, or not at all",
    b"\xd0\xcf\x11\xe0": "is an old Office document; save the sheet as CSV",
    b"%PDF": "is a PDF; ask for the bill as CSV or Parquet",
    b"ORC": "is an ORC file; deliver CSV or Parquet",
    b"Obj\x01": "is an Avro file; deliver CSV or Parquet",
}


def kind_of(head: bytes) -> Kind:
    """Give the kind of a file by its first bytes; text if nothing else is known.

    >>> kind_of(b"PAR1..."), kind_of(b"BilledCost,")
    (<Kind.PARQUET: 'parquet'>, <Kind.TEXT: 'none'>)
    """
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    for magic, reason in _FOREIGN.items():
        if head.startswith(magic):
            raise Refused(reason)
    return Kind.TEXT


def is_json(head: bytes) -> bool:
    """Tell the manifests that lie beside bills from bills."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
