-- What engines write down of what they run, where nothing that runs can write. Rows of an
-- environment go with the last step of its removal, before its own row does.
CREATE TABLE ledger (
  environment bigint NOT NULL,
  kind        text NOT NULL,
  name        text NOT NULL,
  facts       json NOT NULL,
  PRIMARY KEY (environment, kind, name)
);
