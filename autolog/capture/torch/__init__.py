"""What is recorded of PyTorch's objects, whichever library trains with them."""
