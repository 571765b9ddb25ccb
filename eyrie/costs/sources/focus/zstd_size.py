"""How much a Zstandard file can unpack to, told without unpacking it (RFC 8878, section 3.1).

The engine unpacks zstd itself, in a stream. What it would come to is bounded here by walking the headers of
frames and blocks: a packed block unpacks to 128 KiB at most, raw and repeated ones tell their size. What a
frame tells of its own size is not believed. The walk also proves that the file was not cut off.
"""

from pathlib import Path
from typing import BinaryIO

from eyrie.basics.errors import Refused

_FRAME = 0xFD2FB528
_SKIPPABLE = 0x184D2A50
_BLOCK_BYTES = 128 * 1024
_RAW, _REPEATED, _PACKED = range(3)


def unpacked_at_most(path: Path) -> int:
    """Give an upper bound of the unpacked size."""
    total = 0
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        while magic := file.read(4):
            number = int.from_bytes(magic, "little")
            if number & 0xFFFFFFF0 == _SKIPPABLE and len(magic) == 4:
                file.seek(_number(file, 4), 1)
            elif number == _FRAME:
                total += _frame(file)
            else:
                raise Refused("is damaged: it goes on after its end with something that is not zstd")
            if file.tell() > size:
                raise Refused("is cut off; fetch it again")
    return total


def _frame(file: BinaryIO) -> int:
    descriptor = _number(file, 1)
    alone = bool(descriptor & 0x20)
    if not alone:
        file.seek(1, 1)  # the window
    file.seek((0, 1, 2, 4)[descriptor & 3], 1)  # the dictionary
    file.seek((int(alone), 2, 4, 8)[descriptor >> 6], 1)  # the size it tells
    bound = _blocks(file)
    if descriptor & 4:
        _number(file, 4)  # a checksum
    return bound


def _blocks(file: BinaryIO) -> int:
    bound = 0
    while True:
        header = _number(file, 3)
        last, kind, size = header & 1, header >> 1 & 3, header >> 3
        if kind > _PACKED:
            raise Refused("is damaged: it is not zstd all through")
        bound += _BLOCK_BYTES if kind == _PACKED else size
        file.seek(1 if kind == _REPEATED else size, 1)
        if last:
            return bound


def _number(file: BinaryIO, size: int) -> int:
    read = file.read(size)
    if len(read) < size:
        raise Refused("is cut off; fetch it again")
    return int.from_bytes(read, "little")
