"""Many articles -> the tables of a run: on this machine (``local``) or on many (``spark``)."""
