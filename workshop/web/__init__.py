"""How a page is made: who is asking, what they may see, and in which words it is answered."""
