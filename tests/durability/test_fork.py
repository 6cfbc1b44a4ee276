"""A forked child has a journal of its own; its parent's records are its parent's."""

from __future__ import annotations

import os
import signal

_TIME_LIMIT = 60


def test_a_fork_beside_a_thread_that_logs_neither_deadlocks_nor_loses(launch, store, steps_of):
    process = launch("""
done = threading.Event()
count = 0

def log_all_the_time():
    global count
    while not done.is_set():
        log("a" * 32, count)
        count += 1

start("a" * 32)
thread = threading.Thread(target=log_all_the_time)
thread.start()
children = []
for number in range(20):
    child = os.fork()
    if child == 0:
        run_id = f"{number:032}"
        start(run_id)
        for step in range(50):
            log(run_id, step)
        end(run_id, 51)
        delivered = delivery.flush(timeout=30)
        os._exit(0 if delivered else 1)
    children.append(child)
statuses = [os.waitpid(child, 0)[1] for child in children]
done.set()
thread.join()
end("a" * 32, count + 1)
delivery.close(timeout=30)
tell(f"{count} {sum(map(bool, statuses))}")
""")

    output, _ = process.communicate(timeout=_TIME_LIMIT)

    count, failed = map(int, output.split())
    runs = {run.run_id: run for run in store().runs()}
    assert failed == 0
    assert steps_of(runs["a" * 32]) == list(range(count))
    assert len(runs) == 21
    for number in range(20):
        assert steps_of(runs[f"{number:032}"]) == list(range(50))
        assert runs[f"{number:032}"].status == "FINISHED"


def test_a_child_that_never_logs_touches_nothing(launch, store, steps_of, directory):
    process = launch("""
start("a" * 32)
log("a" * 32, 0)
child = os.fork()
if child == 0:
    threads = threading.active_count()
    delivery.close()
    os._exit(threads - 1)
_, status = os.waitpid(child, 0)
log("a" * 32, 1)
end("a" * 32, 3)
delivery.close()
tell(status)
""")

    output, _ = process.communicate(timeout=_TIME_LIMIT)

    assert output == b"0\n"
    assert steps_of(store().run("a" * 32)) == [0, 1]


def test_a_child_that_logs_into_its_parents_run_does_not_end_it(launch, store, steps_of):
    process = launch("""
start("a" * 32)
log("a" * 32, 0)
child = os.fork()
if child == 0:
    log("a" * 32, 1)
    os._exit(0)
os.waitpid(child, 0)
end("a" * 32, 2)
delivery.close()
""")
    process.communicate(timeout=_TIME_LIMIT)

    run = store().run("a" * 32)

    assert sorted(steps_of(run)) == [0, 1]
    assert run.status == "FINISHED"


def test_a_process_that_is_killed_while_its_child_lives_on_is_recovered(launch, store, steps_of):
    process = launch("""
start("a" * 32)
log("a" * 32, 0)
child = os.fork()
if child == 0:
    tell(os.getpid())
    sys.stdin.read()
    os._exit(0)
signal.pause()
""")
    child = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.wait()

    run = store().run("a" * 32)

    os.kill(child, 0)  # it lives
    process.stdin.close()
    assert steps_of(run) == [0]
    assert run.status == "KILLED"
