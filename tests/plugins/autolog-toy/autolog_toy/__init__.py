"""An integration for toylearn and a sink of JSON lines, as a third party would write them."""
