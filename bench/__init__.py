"""Speed and memory, measured and printed beside the targets and the naive way; never a test."""
