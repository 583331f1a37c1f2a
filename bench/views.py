"""What a wall shows: the whole shop, one colleague's work, or one kind of work."""

from dataclasses import dataclass

from workshop.record.shop.skills import work_words


@dataclass(frozen=True)
class View:
    """One way to look at the shop's open work. Neither a person nor a skill: everything."""

    staff: int | None = None
    skill: str = ""
    name: str = ""  # of the colleague, as the wall says it

    @property
    def title(self) -> str:
        """What stands above it; empty for the whole shop."""
        return self.name if self.staff else work_words(self.skill) if self.skill else ""


WHOLE = View()


def seen_in(envelope: str, staff: str, skill: str) -> str:
    """The condition in SQL under which a piece is in a view: it is this colleague's, or holds this work."""
    return f"""({staff}::int IS NULL OR {envelope}.jeweler = {staff} OR {envelope}.worked_by = {staff})
        AND ({skill}::text = '' OR EXISTS (SELECT FROM task t WHERE t.envelope = {envelope}.id
             AND t.skill = {skill} AND NOT t.is_dropped))"""
