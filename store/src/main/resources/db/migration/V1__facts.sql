-- Apps that are followed, and what their code hosts said last.
CREATE TABLE app (
  name           text PRIMARY KEY,
  source         text NOT NULL,
  default_branch text NOT NULL,
  problem        text,
  added_at       timestamptz NOT NULL
);

CREATE TABLE pull_request (
  app    text NOT NULL REFERENCES app ON DELETE CASCADE,
  number int  NOT NULL,
  title  text NOT NULL,
  branch text NOT NULL,
  author text NOT NULL,
  head   text NOT NULL,
  PRIMARY KEY (app, number)
);

-- Pull requests whose environment somebody destroyed: none again until the head is another.
CREATE TABLE dismissal (
  app    text NOT NULL REFERENCES app ON DELETE CASCADE,
  number int  NOT NULL,
  head   text NOT NULL,
  PRIMARY KEY (app, number)
);

-- One row an environment: what is wanted, what was seen, what failed; and its place in the queue.
-- The documents are json, not jsonb: the order of services in them means something.
CREATE TABLE environment (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name         text NOT NULL UNIQUE,
  app          text NOT NULL,
  origin       json NOT NULL,
  generation   bigint NOT NULL DEFAULT 1,
  wanted       json NOT NULL,
  observed     json NOT NULL,
  attempts     json NOT NULL,
  settled      boolean NOT NULL DEFAULT false,
  created_at   timestamptz NOT NULL DEFAULT now(),
  changed_at   timestamptz NOT NULL DEFAULT now(),
  ready_at     timestamptz,
  last_used_at timestamptz,
  due_at       timestamptz DEFAULT now(),
  wakes        bigint NOT NULL DEFAULT 0,
  lease_owner  text,
  lease_token  bigint NOT NULL DEFAULT 0,
  lease_wakes  bigint NOT NULL DEFAULT 0,
  lease_until  timestamptz
);

CREATE INDEX environment_due ON environment (due_at) WHERE due_at IS NOT NULL;

-- The diary. It outlives its environments, so there is no foreign key.
CREATE TABLE event (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          timestamptz NOT NULL DEFAULT now(),
  environment text NOT NULL,
  level       text NOT NULL,
  step        text NOT NULL,
  component   text,
  text        text NOT NULL,
  took_millis bigint
);

CREATE INDEX event_environment ON event (environment, id);
