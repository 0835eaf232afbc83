ALTER TABLE report ADD COLUMN reminders text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN report.reminders IS 'the keys of reminders that were told, or are being told';
