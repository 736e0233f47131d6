"""The SimPy engine: to be read, traced and extended."""
