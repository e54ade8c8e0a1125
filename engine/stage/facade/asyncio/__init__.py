"""The facade of `asyncio`."""
