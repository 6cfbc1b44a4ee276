"""Where events end up: the protocol of sinks, their discovery, and the built-in ones."""
