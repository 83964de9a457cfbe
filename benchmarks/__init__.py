"""Measurements that take minutes and need data from outside: ours beside the usual recipe."""
