"""What has to be so; Unexpected says what is instead."""


class Unexpected(Exception):
    pass


def expect(found, wanted, what):
    if found != wanted:
        raise Unexpected(f"{what}: {found!r}, expected {wanted!r}")


def expect_close(found, wanted, within, what):
    if abs(found - wanted) > within:
        raise Unexpected(f"{what}: {found}, expected {wanted:.4f} within {within:.4f}")
