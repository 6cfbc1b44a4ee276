"""`python -m autolog` is the same as `autolog`."""

from autolog.cli.main import main

main(prog_name="python -m autolog")
