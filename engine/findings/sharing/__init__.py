"""What threads share without a lock, and what processes do not share."""
