-- Numbers on pieces: as read off a case back or a certificate, whatever stands between letters and digits.

CREATE FUNCTION read_off(number text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT upper(regexp_replace(number, '[^A-Za-z0-9]+', '', 'g')) $$;
DROP INDEX piece_serial;
CREATE INDEX piece_serial ON piece (read_off(serial) COLLATE "C") WHERE serial <> '';
CREATE INDEX piece_movement_no ON piece (read_off(movement_no) COLLATE "C") WHERE movement_no <> '';
DROP INDEX stone_report;
CREATE INDEX stone_report ON stone (read_off(report_no) COLLATE "C") WHERE report_no <> '';
