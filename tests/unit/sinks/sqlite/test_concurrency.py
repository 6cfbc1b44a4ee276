import subprocess
import sys
import textwrap
from collections import Counter

import pytest

# Each writer is a consumer as there is one per process: its own sink, its own journal.
WRITERS = """
    import sys, threading
    from pathlib import Path
    from autolog.errors import SinkUnavailable
    from autolog.events import MetricsLogged, RunStarted
    from autolog.sinks.base import Batch
    from autolog.sinks.sqlite import open_sink

    directory, process = Path(sys.argv[1]), sys.argv[2]

    def write(number):
        journal = f"{process}-{number}"
        sink = open_sink("sqlite:", directory)
        run = f"{process}{number}".rjust(32, "0")
        for first in range(0, 300, 10):
            positions = tuple(range(first, first + 10))
            events = [MetricsLogged("f" * 32, i, i, i, {journal: i}) for i in positions]
            events[0] = RunStarted(run, 0, 1, run, "default")
            while True:
                try:
                    sink.write(Batch(journal, tuple(events), positions, first + 10))
                    break
                except SinkUnavailable as error:
                    print(error, flush=True)
        sink.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""

# A thread writes without pause, while the main thread forks; every child writes too, also after
# its parent has closed its sink.
FORKING = """
    import os, sys, threading, time
    from pathlib import Path
    from autolog.errors import SinkUnavailable
    from autolog.events import MetricsLogged
    from autolog.sinks.base import Batch
    from autolog.sinks.sqlite import open_sink
    import autolog.sinks.sqlite.sink  # a fork amid an import is the delivery's business

    directory = Path(sys.argv[1])
    stop = threading.Event()

    def write(journal, count=None):
        sink = open_sink("sqlite:", directory)
        first = 0
        while not stop.is_set() and first != count:
            event = MetricsLogged("a" * 32, first, first, first, {journal: first})
            try:
                sink.write(Batch(journal, (event,), (first,), first + 1))
            except SinkUnavailable:
                continue  # on a busy machine a writer may wait for long; a delivery tries again
            first += 1
        sink.close()

    thread = threading.Thread(target=write, args=("parent",))
    thread.start()
    children = []
    for number in range(20):
        child = os.fork()
        if child == 0:
            write(f"child-{number}", count=5)
            if number == 19:
                time.sleep(0.5)  # the parent is through by now
                write("late", count=5)
            os._exit(0)
        children.append(child)
        time.sleep(0.005)
    stop.set()
    thread.join()
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
"""

IDLE = """
    import os, sys
    from pathlib import Path
    from autolog.sinks.sqlite.database import Database

    path = Path(sys.argv[1]) / "runs.db"
    database = Database(path)
    with database.transaction() as connection:
        connection.execute("INSERT INTO tag VALUES (1, 'kept', 'x')")
    child = os.fork()
    if child == 0:
        try:
            connection.execute("SELECT 1")
        except Exception as error:
            os._exit(17 if "closed database" in str(error) else 1)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""

# A thread hangs inside SQLite for longer than a fork waits.
HANGING = """
    import os, sys, threading
    from pathlib import Path
    from autolog.sinks.sqlite import connections
    from autolog.sinks.sqlite.database import Database

    connections._LONGEST_WAIT_OF_FORK = 0.01
    path = Path(sys.argv[1]) / "runs.db"
    database = Database(path)
    inside, through = threading.Event(), threading.Event()

    def hang():
        with database.transaction():
            inside.set()
            through.wait()

    thread = threading.Thread(target=hang)
    thread.start()
    inside.wait()
    child = os.fork()
    if child == 0:
        with connections.using_sqlite():
            os._exit(17 if database._slot.connection is None else 1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    through.set()
    thread.join()
"""


def start(script, *arguments):
    code = "import warnings; warnings.simplefilter('ignore')\n" + textwrap.dedent(script)
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_processes_and_threads_that_write_at_once_lose_and_double_nothing(tmp_path, rows):
    processes = [start(WRITERS, tmp_path, name) for name in "ab"]

    outputs = [process.communicate(timeout=60)[0] for process in processes]

    assert outputs == ["", ""]
    found = Counter(key for (key,) in rows("SELECT key FROM metric_history"))
    assert found == {f"{process}-{number}": 270 for process in "ab" for number in range(4)}
    assert rows("SELECT sum(points), count(*) FROM series") == [(270 * 8, 8)]
    assert rows("SELECT count(*) FROM run") == [(9,)]


@pytest.mark.parametrize("_attempt", range(2))
def test_a_fork_beside_a_writing_thread_loses_nothing_in_parent_or_child(tmp_path, rows, _attempt):
    process = start(FORKING, tmp_path)

    output, _ = process.communicate(timeout=60)

    assert (output, process.returncode) == ("", 0)
    found = Counter(key for (key,) in rows("SELECT key FROM metric_history"))
    written = dict(rows("SELECT journal, position FROM cursor"))
    assert found == written
    assert set(written) == {"parent", "late", *(f"child-{number}" for number in range(20))}
    assert rows("PRAGMA integrity_check") == [("ok",)]


def test_a_forked_child_inherits_no_open_database(tmp_path, rows):
    process = start(IDLE, tmp_path)

    output, _ = process.communicate(timeout=60)

    assert output == "17\n"
    assert rows("SELECT key FROM tag") == [("kept",)]


def test_a_thread_that_hangs_inside_sqlite_does_not_hang_a_fork(tmp_path):
    process = start(HANGING, tmp_path)

    output, _ = process.communicate(timeout=60)

    assert (output, process.returncode) == ("17\n", 0)
