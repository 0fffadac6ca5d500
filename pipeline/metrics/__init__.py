"""A document and its names -> numbers with units, ratios, and whose they are.

Three steps, each with the modules that it is made of, from the bottom up:

- ``numbers.py`` reads numbers with units: ``numerals``, ``units``, ``bounds``, ``contexts``, ``precisions``;
  ``labels`` and ``tabular`` those that no unit tells; ``named`` keeps them out of names.
- ``ratios.py`` tells of ratios how they compare, in what, and with what.
- ``link.py`` gives them to subjects. ``scenes`` lays out what is looked at, ``roles`` holds the words. Deciders:
  ``cells``, ``attributes``, ``clauses``, ``others``, ``processes``, ``anaphora``, ``discourse``, ``fallbacks``; they
  ask ``themes`` and ``coordination``. Then ``origins``, ``references`` and ``status``; ``rows`` writes.

``levels.py`` adds the level of a product that a figure is of.
"""
