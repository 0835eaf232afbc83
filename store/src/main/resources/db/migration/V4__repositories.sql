-- An app's pull requests may come from several repositories, and code hosts know more of each than a
-- plain git repository does. Until now every app was one plain git repository, which is known there
-- by the name of the app.
ALTER TABLE app ADD COLUMN label text;
UPDATE app SET label = name;
ALTER TABLE app
  ALTER COLUMN label SET NOT NULL,
  ADD CONSTRAINT app_label UNIQUE (label);

ALTER TABLE pull_request
  ADD COLUMN host        text,
  ADD COLUMN repository  text,
  ADD COLUMN base        text,
  ADD COLUMN labels      text[]  NOT NULL DEFAULT '{}',
  ADD COLUMN draft       boolean NOT NULL DEFAULT false,
  ADD COLUMN fork        text,
  ADD COLUMN approved    text,
  ADD COLUMN approved_by text;
UPDATE pull_request SET host = 'git', repository = app;
ALTER TABLE pull_request
  ALTER COLUMN host SET NOT NULL,
  ALTER COLUMN repository SET NOT NULL,
  DROP CONSTRAINT pull_request_pkey,
  ADD PRIMARY KEY (app, host, repository, number);

ALTER TABLE dismissal
  ADD COLUMN host       text,
  ADD COLUMN repository text;
UPDATE dismissal SET host = 'git', repository = app;
ALTER TABLE dismissal
  ALTER COLUMN host SET NOT NULL,
  ALTER COLUMN repository SET NOT NULL,
  DROP CONSTRAINT dismissal_pkey,
  ADD PRIMARY KEY (app, host, repository, number);
