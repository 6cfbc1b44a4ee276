import pytest

from autolog.sinks.sqlite.filesystem import on_network

MOUNTS = r"""/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/local xfs rw 0 0
//server/share /mnt/my\040share cifs rw 0 0
me@host: /mnt/ssh fuse.sshfs rw 0 0
overlay /mnt/overlay fuse.fuse-overlayfs rw 0 0
"""


@pytest.fixture
def mounts(tmp_path):
    table = tmp_path / "mounts"
    table.write_text(MOUNTS)
    return table


@pytest.mark.parametrize(
    "path", ["/home/me/runs.db", "/home", "/mnt/my share/runs.db", "/mnt/ssh/runs.db"]
)
def test_a_path_on_a_network_mount_is_on_the_network(path, mounts):
    assert on_network(path, mounts)


@pytest.mark.parametrize(
    "path", ["/", "/homely/runs.db", "/home/local/runs.db", "/mnt/overlay/x", "/tmp/runs.db"]
)
def test_a_path_on_a_local_mount_is_not(path, mounts):
    assert not on_network(path, mounts)


def test_without_a_table_of_mounts_nothing_is_on_the_network(tmp_path):
    assert not on_network(tmp_path, tmp_path / "missing")
