"""Which day can honestly be promised: the shop's days, its people's minutes, and what is promised already."""
