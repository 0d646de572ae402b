"""The identity vault's key ring, opened: services/identities/district_keys.h and sealing.h, once more."""
import ctypes
import ctypes.util
import hashlib

import xxhash

from checker import messages

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def derived_id(part):
    bits = xxhash.xxh3_128_intdigest(len(part).to_bytes(8, "little") + part)
    return "".join(ALPHABET[bits >> 5 * i & 31] for i in range(25, -1, -1))


def hashed(key, text):
    return hashlib.blake2b(text, key=key, digest_size=32).digest()


def opened(key, bound_to, sealed):
    """XChaCha20-Poly1305 with the nonce before the text."""
    sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
    text = ctypes.create_string_buffer(len(sealed) - 40)
    done = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
        text, None, None, sealed[24:], ctypes.c_ulonglong(len(sealed) - 24), bound_to,
        ctypes.c_ulonglong(len(bound_to)), sealed[:24], key)
    if done != 0:
        raise AssertionError(f"{bound_to} is not sealed with the key")
    return text.raw


class KeyRing:
    """Of the bytes of a file or record, with the installation's secret."""

    def __init__(self, ring, installation):
        self.installation = installation
        self.keys, self.wrapped, self.naming = [], [], {}
        wrapping = hashed(installation, b"identity vault: wrapped keys")
        for entry in messages.class_of("throughline.identities.v1.KeyRing").FromString(ring).entries:
            keys = messages.class_of("throughline.identities.v1.DistrictKeys").FromString(entry.keys)
            for key in keys.keys:
                self.keys.append(opened(wrapping, f"{entry.district}/{key.number}".encode(), key.wrapped))
                self.wrapped.append(key.wrapped)
            if keys.wrapped_naming_key:
                self.naming[entry.district] = opened(wrapping, f"{entry.district}/0".encode(), keys.wrapped_naming_key)

    def naming_key(self, district):
        """What ids of results are hashed with; of districts from before the vault it is the installation's."""
        return self.naming.get(district, self.installation)

    def pseudonyms(self, student, district="d1"):
        """All that any of the keys makes of a student's id."""
        makes = [hashed(key, b"pseudonyms") for key in self.keys] + [hashed(self.installation, district.encode())]
        return {derived_id(hashed(key, student.encode())) for key in makes}
