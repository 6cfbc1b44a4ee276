"""Tells network file systems, where SQLite's write-ahead log does not work."""

from __future__ import annotations

import os
from pathlib import Path

_MOUNTS = Path("/proc/self/mounts")
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "lustre", "gpfs", "beegfs", "ceph", "afs", "9p"}
)
_LOCAL_FUSE = frozenset({"fuse.fuse-overlayfs", "fuse.ext4", "fuse.ntfs-3g", "fuseblk"})


def on_network(path: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether a path lies on a network file system; where nothing tells, it does not.

    Args:
        path: A file or folder, which need not exist.
        mounts: The table of mounts, as Linux keeps it.
    """
    try:
        table = mounts.read_text(errors="surrogateescape")
    except OSError:
        return False
    kind = _kind_at(os.path.realpath(path), table)
    return kind in _NETWORK or (kind.startswith("fuse.") and kind not in _LOCAL_FUSE)


def _kind_at(path: str, table: str) -> str:
    longest, found = "", ""
    for line in table.splitlines():
        _, point, kind, *_ = line.split(" ")
        # The table writes blanks and backslashes in octal.
        point = point.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(longest):
            longest, found = point, kind
    return found
