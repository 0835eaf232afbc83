-- Commits of forks that may run, since a person who may push to the repository approved them.
CREATE TABLE approval (
  app         text        NOT NULL REFERENCES app ON DELETE CASCADE,
  host        text        NOT NULL,
  repository  text        NOT NULL,
  number      int         NOT NULL,
  head        text        NOT NULL,
  base        text        NOT NULL,
  approved_by text        NOT NULL,
  approved_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (app, host, repository, number, head, base)
);

-- What pull requests without an environment were told: one comment each.
CREATE TABLE notice (
  app         text        NOT NULL REFERENCES app ON DELETE CASCADE,
  host        text        NOT NULL,
  repository  text        NOT NULL,
  number      int         NOT NULL,
  digest      text        NOT NULL,
  comment     text,
  is_told     boolean     NOT NULL DEFAULT false,
  times       int         NOT NULL DEFAULT 1,
  begun_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (app, host, repository, number)
);
COMMENT ON COLUMN notice.digest IS 'of the text that is told, or is being told since begun_at';
COMMENT ON COLUMN notice.comment IS 'the id of the comment at the code host; null while unknown';
