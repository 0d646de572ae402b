"""Ids of results as the log has them: services/evidence/secret_concealment.h, once more."""
import functools
import hashlib
import pathlib

import xxhash

from checker.key_ring import KeyRing, derived_id

WORD = (1 << 64) - 1
PURPOSE = b"concealment: ids of results"


def _rotated(word, by):
    return (word << by | word >> (64 - by)) & WORD


def _rounds(v, times):
    for _ in range(times):
        v[0] = (v[0] + v[1]) & WORD
        v[1] = _rotated(v[1], 13) ^ v[0]
        v[0] = _rotated(v[0], 32)
        v[2] = (v[2] + v[3]) & WORD
        v[3] = _rotated(v[3], 16) ^ v[2]
        v[0] = (v[0] + v[3]) & WORD
        v[3] = _rotated(v[3], 21) ^ v[0]
        v[2] = (v[2] + v[1]) & WORD
        v[1] = _rotated(v[1], 17) ^ v[2]
        v[2] = _rotated(v[2], 32)


def siphash_128(key, text):
    """SipHash-2-4 of 128 bits."""
    k = [int.from_bytes(key[i:i + 8], "little") for i in (0, 8)]
    v = [k[0] ^ 0x736f6d6570736575, k[1] ^ 0x646f72616e646f6d ^ 0xee, k[0] ^ 0x6c7967656e657261,
         k[1] ^ 0x7465646279746573]
    whole = len(text) // 8 * 8
    words = [int.from_bytes(text[i:i + 8], "little") for i in range(0, whole, 8)]
    words.append((len(text) & 0xff) << 56 | int.from_bytes(text[whole:], "little"))
    for word in words:
        v[3] ^= word
        _rounds(v, 2)
        v[0] ^= word
    v[2] ^= 0xee
    _rounds(v, 4)
    first = v[0] ^ v[1] ^ v[2] ^ v[3]
    v[1] ^= 0xdd
    _rounds(v, 4)
    return first.to_bytes(8, "little") + (v[0] ^ v[1] ^ v[2] ^ v[3]).to_bytes(8, "little")


class Hashes:
    """Of an installation, whose secret is in the file, and the bytes of its key ring."""

    def __init__(self, key_file, ring):
        self._ring = KeyRing(ring, pathlib.Path(key_file).read_bytes())

    @functools.cache
    def _key(self, district):
        return hashlib.blake2b(PURPOSE, key=self._ring.naming_key(district), digest_size=16).digest()

    def of(self, district, text):
        return derived_id(siphash_128(self._key(district), f"{district}/{text}".encode()))

    def of_id(self, district, source_id):
        return "//".join(
            self.of(district, "neighbourhood: " + part[:-2])[-4:] + self.of(district, part)[-11:]
            for part in source_id.split("//"))
