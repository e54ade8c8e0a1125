"""Pure: what was done to a queue, event, condition, barrier or semaphore, where that says why threads wait."""
