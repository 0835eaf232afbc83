ALTER TABLE report ADD COLUMN deployment text;
COMMENT ON COLUMN report.deployment IS 'the digest of the deployment; null while it is told';
