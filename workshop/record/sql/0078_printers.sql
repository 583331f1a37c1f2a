-- A shop has printers of its own, and so may each of its drawers: what is paid at the back counter opens the drawer
-- at the back. The installation's settings stay the first shop's.
ALTER TABLE shop ADD COLUMN label_printer VARCHAR(200) NOT NULL DEFAULT '',
    ADD COLUMN receipt_printer VARCHAR(200) NOT NULL DEFAULT '';
ALTER TABLE drawer ADD COLUMN printer VARCHAR(200) NOT NULL DEFAULT '';
ALTER TABLE print_job ADD COLUMN drawer INTEGER REFERENCES drawer (id);
ALTER TABLE drawer_kick ADD COLUMN drawer INTEGER REFERENCES drawer (id);
