"""What any outside service may do instead of answering."""


class Unavailable(Exception):
    """The service did not answer, or not in a way that says whether it did the work: ask again with the same key."""
