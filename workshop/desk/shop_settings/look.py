"""How the shop looks to its customers: its colour. The sign has a form of its own, as it is a file."""

from workshop.desk.shop_settings.group import Field, Group
from workshop.desk.shop_settings.kinds import colour

GROUP = Group("look", "Colour and logo", "On the customer's page.", [
    Field("accent", "Colour", colour(), "Buttons and headings on the customer's page. Empty for the usual green."),
], icon="sparkles")  # fmt: skip
