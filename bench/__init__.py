"""What the program must hold, measured: `python -m bench` lists the measurements, `python -m bench NAME` prints one."""
