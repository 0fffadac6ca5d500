"""A document -> the names in it: chips, companies, processes, memories, products."""
