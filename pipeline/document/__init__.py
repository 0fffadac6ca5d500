"""An article's text -> a document: folded one character to one, with blocks, sentences, tables, byline and dates."""
