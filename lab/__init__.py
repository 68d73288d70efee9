"""The lab as a library: build it, look at it, judge it, report on it; works without pytest."""
