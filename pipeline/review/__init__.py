"""Runs, gold and rules -> what is right, what changed, why, and which rule did it."""
