-- Whose cases: found without looking through all of them.
CREATE INDEX case_file_opened_by ON case_file (opened_by);
