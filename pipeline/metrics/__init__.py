"""A document and its names -> numbers with units, ratios, and whose they are."""
