"""What can go wrong, said so that a person can act on it. Each error carries its HTTP status."""


class WorkshopError(Exception):
    """A refusal: what happened, and what to do instead."""

    status = 400

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class InvalidInput(WorkshopError):
    """Something typed cannot be used. `fields` maps each field's name to a sentence."""

    status = 422

    def __init__(self, message: str, **fields: str) -> None:
        super().__init__(message, fields=fields)
        self.fields = fields


class NotFound(WorkshopError):
    """Nothing of that name in this shop."""

    status = 404


class Forbidden(WorkshopError):
    """This person's role does not allow it."""

    status = 403


class Conflict(WorkshopError):
    """The thing is no longer in the state this act needs."""

    status = 409


class NotAllowed(Conflict):
    """A move the table of moves does not have. `allowed` lists the moves there are."""

    def __init__(self, message: str, allowed: list[str]) -> None:
        super().__init__(message, allowed=allowed)
        self.allowed = allowed


class WithSomebody(NotAllowed):
    """Somebody else has the piece in hand: they can be asked for it."""


class TooMany(WorkshopError):
    """Too many tries; `retry_after` is in seconds."""

    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message, retry_after=retry_after)
        self.retry_after = retry_after
