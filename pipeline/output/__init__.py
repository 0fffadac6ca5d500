"""Tables and facts -> what people and programs open: files, a report, annotation tools, spaCy."""
