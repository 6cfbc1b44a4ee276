"""What single calls cost that a training makes by the thousand, beside the least that they need."""
