"""The facades of `socket`, `socketserver`, `http` and `urllib`."""
