"""`bench`: how fast the engines are, one against another, measured in one run."""
