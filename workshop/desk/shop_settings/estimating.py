"""Estimates: how long they hold, when customers are reminded, what a declined one costs."""

from workshop.desk.shop_settings.collecting import days_kind
from workshop.desk.shop_settings.group import Field, Group
from workshop.desk.shop_settings.kinds import amount, whole

GROUP = Group("estimates", "Estimates", "What happens while the customer has not answered.", [
    Field("estimate_days", "An estimate holds", whole(1, 180, "days")),
    Field("estimate_remind_days", "Remind after (days)", days_kind("after it was sent"),
          "Each number is one text or mail. Leave empty to remind nobody by itself."),
    Field("decline_fee_cents", "Fee when declined", amount(zero="None"),
          "For looking and reckoning. It is credited when the customer approves later."),
], icon="receipt")  # fmt: skip
