-- What pull requests were told last about their environments.
CREATE TABLE report (
  environment bigint      NOT NULL REFERENCES environment ON DELETE CASCADE,
  host        text        NOT NULL,
  repository  text        NOT NULL,
  number      int         NOT NULL,
  comment     text,
  text        text,
  statuses    text,
  digest      text,
  at          timestamptz NOT NULL,
  PRIMARY KEY (environment, host, repository, number)
);
COMMENT ON COLUMN report.comment IS 'the id of the comment at the code host; null while unknown';
COMMENT ON COLUMN report.text IS 'the digest of its text; null while it is written';
COMMENT ON COLUMN report.statuses IS 'the digest of the statuses; null while they are set';
COMMENT ON COLUMN report.digest IS 'the digest of all; null while a part is not published';

-- How code hosts tell of changes: at which URL they reach the control plane, and the encrypted secret
-- with which they sign.
ALTER TABLE code_host
  ADD COLUMN hook_url    text,
  ADD COLUMN hook_secret text;

CREATE TABLE delivery (
  host        text        NOT NULL REFERENCES code_host ON DELETE CASCADE,
  id          text        NOT NULL,
  body        text        NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (host, id),
  UNIQUE (host, body)
);
COMMENT ON COLUMN delivery.body IS 'its digest';
CREATE INDEX delivery_received ON delivery (received_at);

-- Until when the comments of an app were read, by the clock of its host.
ALTER TABLE app ADD COLUMN comments_at timestamptz;

-- Commands that people wrote in comments. Each is carried out once.
CREATE TABLE comment_command (
  app         text        NOT NULL REFERENCES app ON DELETE CASCADE,
  comment     text        NOT NULL,
  host        text        NOT NULL,
  repository  text        NOT NULL,
  number      int         NOT NULL,
  author      text        NOT NULL,
  commands    text        NOT NULL,
  state       text        NOT NULL DEFAULT 'received',
  answer      text,
  tries       int         NOT NULL DEFAULT 0,
  received_at timestamptz NOT NULL DEFAULT now(),
  begun_at    timestamptz,
  tell_at     timestamptz,
  written_at  timestamptz NOT NULL,
  PRIMARY KEY (app, comment)
);
COMMENT ON COLUMN comment_command.written_at IS 'by the clock of the host, as app.comments_at';
COMMENT ON COLUMN comment_command.tell_at IS 'until then one process tells the outcome';
COMMENT ON COLUMN comment_command.state IS 'received, begun, done, told';
CREATE INDEX comment_command_open ON comment_command (app) WHERE state <> 'told';
