"""What a user starts: the command line, the walk through one run, the verification table."""
