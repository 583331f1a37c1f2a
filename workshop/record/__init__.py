"""What is true: the shop, its people, the pieces, and everything that happened to them."""
