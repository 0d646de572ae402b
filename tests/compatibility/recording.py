"""Reads recorded logs; their format is in recording.h."""
import gzip
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent
MAGIC = b"throughline recording 1\n"


def files():
    return sorted(FOLDER.glob("recorded-*.bin.gz"))


def read(file):
    """Yields (topic, partition, headers, value) of every record, in order."""
    content = gzip.decompress(pathlib.Path(file).read_bytes())
    if not content.startswith(MAGIC):
        raise ValueError(f"{file} is not a recording")
    at = len(MAGIC)

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = content[at]
            at += 1
            value |= (byte & 0x7f) << shift
            if byte < 0x80:
                return value
            shift += 7

    def text():
        nonlocal at
        length = varint()
        at += length
        return content[at - length:at]

    varint()  # partitions
    while at < len(content):
        yield text().decode(), varint(), text(), text()
