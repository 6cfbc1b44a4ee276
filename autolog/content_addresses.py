"""Where a file lies in an artifact store: under the hash of what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TypeGuard


def content_address(store: str, digest: str) -> str:
    """The URL of some content.

    Args:
        store: The URL of the artifact store.
        digest: The SHA-256 of the content, in hexadecimal digits.
    """
    return f"{store}/{digest[:2]}/{digest}"


def digest_in(address: str) -> str:
    """The SHA-256 of what lies at an address."""
    return address.rpartition("/")[2]


def is_remote(location: str | None) -> TypeGuard[str]:
    """Whether a location is a URL, and not the absolute path of a file that was left there."""
    return location is not None and not location.startswith("/")


def is_elsewhere(location: str | None) -> TypeGuard[str]:
    """Whether a location is the absolute path of a file that was left where it was."""
    return location is not None and not is_remote(location)


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits.

    Raises:
        OSError: It cannot be read.
    """
    from hashlib import file_digest

    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()
