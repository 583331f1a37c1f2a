"""What the shop's scanners type around a code."""

from workshop.desk.shop_settings.group import Field, Group
from workshop.desk.shop_settings.kinds import text

GROUP = Group("scanning", "Scanners", "Most scanners type the bare code and Enter or Tab; then both stay empty.", [
    Field("scan_prefix", "Typed before each code", text(8), "For example ~ or STX; set in the scanner's own manual."),
    Field("scan_suffix", "Typed after each code", text(8), "Before Enter or Tab."),
], icon="qrcode")  # fmt: skip
