"""Where a program could break, from its text alone: what threads do with the same thing without a common lock."""
