"""How promises are counted: the usual time, what is kept free, and when the bench is done."""

from workshop.desk.shop_settings.group import Field, Group
from workshop.desk.shop_settings.kinds import percent, whole

PROMISES = Group("promises", "Promise dates", "The first day offered at take-in, and when the bench must be done.", [
    Field("work_days", "Usual time", whole(0, 60, "open days"),
          "Nothing is offered sooner, even when the bench is free."),
    Field("rush_days", "Rush time", whole(0, 60, "open days")),
    Field("due_days", "Bench is done before the promise by", whole(0, 30, "open days")),
    Field("due_days_appraisal", "When an appraisal follows, by", whole(0, 30, "open days"),
          "The appraiser needs the finished piece."),
], icon="calendar-event")  # fmt: skip
CAPACITY = Group("capacity", "Bench time", "Each colleague's minutes and days off are set under Staff.", [
    Field("rush_share_per_mille", "Kept free for rush", percent(90),
          "Of each day's minutes. Ordinary work is not promised into it."),
    Field("bench_minutes", "A day at the bench", whole(0, 1440, "minutes"),
          "For bench colleagues whose minutes nobody has set."),
], icon="hourglass")  # fmt: skip
