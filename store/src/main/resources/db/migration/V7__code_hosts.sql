-- Code hosts that were added to the installation, by the host of their URL. The token is encrypted
-- with a key that is not in this database.
CREATE TABLE code_host (
  name      text        PRIMARY KEY,
  kind      text        NOT NULL,
  url       text        NOT NULL,
  token     text        NOT NULL,
  added_at  timestamptz NOT NULL DEFAULT now()
);

-- Where the pull requests of an app are. Until now every app was a plain git repository.
ALTER TABLE app
  ADD COLUMN host       text,
  ADD COLUMN repository text;
UPDATE app SET host = 'git', repository = name;
ALTER TABLE app
  ALTER COLUMN host SET NOT NULL,
  ALTER COLUMN repository SET NOT NULL;
