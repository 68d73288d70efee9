"""What the emulator remembers: resources, operations, files, jobs. It changes only by declared transitions."""
