"""What guards a piece: photos, who checks, what needs a manager, and the words customers sign."""

from workshop.desk.shop_settings.group import Field, Group
from workshop.desk.shop_settings.kinds import amount, text, tick, whole

PHOTOS = Group("photos", "Photos after the work", "How many pictures a piece needs before it is handed back.", [
    Field("after_photo_minimum", "After the work, at least", whole(0, 12, "photos")),
    Field("after_same_angles", "Every angle of take-in again", tick("Yes", "No, the number is enough"),
          "Before and after are laid over each other at pickup, and in a dispute."),
], icon="camera")  # fmt: skip
CHECKING = Group("checking", "Quality check", "Who may pass a finished piece.", [
    Field("maker_may_pass", "Whoever did the work may pass it", tick("Yes", "No, a colleague does"),
          "Only for a shop with one person at the bench."),
], icon="checklist")  # fmt: skip
LIMITS = Group("limits", "Limits", "Only the owner changes these.", [
    Field("manager_limit_cents", "A manager takes in pieces declared above", amount(zero="No limit"),
          "In the customer's own figure. 0 for no limit."),
    Field("badge_approves", "A manager's badge alone approves at a colleague's tablet",
          tick("Yes", "No, the PIN as well"), "Above that value, and wherever else a colleague asks a manager."),
    Field("uncovered_allowed", "Goods may leave for a vendor without proof of cover",
          tick("With a manager's PIN", "Never"), "Nothing leaves otherwise unless a valid proof covers all of it."),
    Field("insured_limit_cents", "Insured for customers' goods up to", amount(zero="Not set"),
          "The desk warns when what lies here is worth more. 0 if not known."),
], icon="shield-check", owner_only=True)  # fmt: skip
POLICIES = Group("policies", "Terms customers sign", "Printed on the claim check and shown above the signature.", [
    Field("policy_text", "Terms", text(4000, required=True, rows=10),
          "Saving makes the next version. Tickets keep the version their customer signed."),
], icon="file-text")  # fmt: skip
