"""What a run is told about besides its metrics per step, with no library named in it."""
