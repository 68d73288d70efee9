"""A class: environments that students built before the emulator was started."""
