-- Reminders of what falls due: a task, a clock of the case's type, or the case's own end. Told once for each nearness.
ALTER TABLE alert ADD COLUMN deadline TEXT;
ALTER TABLE alert ADD COLUMN due TEXT;
ALTER TABLE alert ADD COLUMN near TEXT;
CREATE UNIQUE INDEX alert_deadline ON alert (case_id, deadline, due, near) WHERE deadline IS NOT NULL;
