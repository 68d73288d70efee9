"""Speed, always as a ratio against a stated baseline taken in the same run; no test asserts a time."""
