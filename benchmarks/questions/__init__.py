"""The questions that the benchmarks answer, one module each, with a `measure` and its words."""
