"""Identifiers of what is exchanged: the same thing has the same one, in every export."""

from uuid import UUID, uuid5

_OURS = UUID("5f6f0d5e-1a0e-5c0b-9a37-6d2f9c1b7e42")


def guid(kind: str, *names: str) -> str:
    """A GUID (UUID version 5) made of what names a thing of that kind."""
    name = "\0".join((kind, *names)).encode("utf-8", "replace").decode("utf-8")
    return str(uuid5(_OURS, name))
