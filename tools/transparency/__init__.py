"""Runs a library's own tests twice, bare and recorded, and compares them outcome by outcome."""
