"""The shop's printers: where its labels and receipts come out, and behind which its drawers open."""

from printing.printers import check_address
from workshop.desk.shop_settings.group import Field, Group, Kind
from workshop.web.forms import Form

FORMS = "tcp://192.168.1.50:9100?profile=TM-T88V, usb://04b8:0202 or serial:///dev/ttyUSB0."


def _read(form: Form, name: str) -> str:
    return check_address(form.text(name), name)


_ADDRESS = Kind(
    _read, say=lambda address: address or "The installation's, if it has one", about={"type": "text", "maxlength": 200}
)

GROUP = Group("printers", "Printers", "Empty: the installation's printer in its first shop; a preview in any other.", [
    Field("label_printer", "Envelope labels", _ADDRESS, f"Like {FORMS}"),
    Field("receipt_printer", "Claim checks and receipts", _ADDRESS, "The cash drawer hangs on it. A second drawer "
          "gets a printer of its own on the drawer's page."),
], icon="printer", owner_only=True)  # fmt: skip
