-- Clusters that were added to the installation, whose name is on everything it makes there.
CREATE TABLE installation (
  id text NOT NULL
);
INSERT INTO installation VALUES (left(replace(gen_random_uuid()::text, '-', ''), 12));

-- A kubeconfig of one context, encrypted with a key that is not in this database.
CREATE TABLE cluster (
  name        text        PRIMARY KEY,
  kubeconfig  text        NOT NULL,
  settings    json        NOT NULL,
  cordoned    boolean     NOT NULL DEFAULT false,
  added_at    timestamptz NOT NULL DEFAULT now()
);

-- Images that were found in registries, by the key of the order that asks for them.
CREATE TABLE image (
  key       text        PRIMARY KEY,
  image     text        NOT NULL,
  tag       text        NOT NULL,
  digest    text        NOT NULL,
  found_at  timestamptz NOT NULL DEFAULT now()
);

-- The cluster that a person chose, for an unplaced environment and for all environments of an app.
ALTER TABLE environment ADD COLUMN only_on text;
ALTER TABLE app ADD COLUMN cluster text;
