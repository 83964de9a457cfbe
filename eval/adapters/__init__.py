"""The forms that questions come in, a module each: a path → a `Dataset`."""
