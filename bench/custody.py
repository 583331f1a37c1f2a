"""Where a piece lies: moved by scanning the envelope and then the place."""

from workshop.record.whereabouts.placing import put_in_place

__all__ = ["put_in_place"]
