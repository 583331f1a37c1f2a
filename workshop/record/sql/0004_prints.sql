-- The list of prints, newest first, costs the same however many there are.
CREATE INDEX print_job_shop ON print_job (shop, created_at DESC, id DESC);
