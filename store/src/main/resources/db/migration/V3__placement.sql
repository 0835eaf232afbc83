-- Where an environment runs; empty while it runs nowhere yet. Columns, because the queue filters by
-- them. Until now all ran as processes of one machine.
ALTER TABLE environment
  ADD COLUMN cluster   text,
  ADD COLUMN engine    text,
  ADD COLUMN placed_at timestamptz,
  ADD CONSTRAINT environment_engine CHECK (engine IN ('process', 'kubernetes')),
  ADD CONSTRAINT environment_placed
    CHECK ((cluster IS NULL) = (engine IS NULL) AND (cluster IS NULL) = (placed_at IS NULL));

UPDATE environment SET cluster = 'local', engine = 'process', placed_at = created_at;
