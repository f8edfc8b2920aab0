-- Who holds an item from an act of custody on, and where; and an alert that its bytes are not those that were filed.
ALTER TABLE custody ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE custody ADD COLUMN holder BLOB;
ALTER TABLE alert ADD COLUMN evidence BLOB;
CREATE UNIQUE INDEX alert_evidence ON alert (case_id, evidence);
