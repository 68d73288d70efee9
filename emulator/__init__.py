"""A local stand-in for Azure, held to recorded traffic; start it with `python -m emulator`."""
