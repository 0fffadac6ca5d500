"""Facts of many articles -> one sheet a chip, without reprints, with alarms where a fact cannot be right."""
