"""What is told of tests: in the terminal, to CI services, and from process to process."""
