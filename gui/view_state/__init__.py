"""Pure: what panels show and say, made from a frame; and what the window remembers."""
