-- SPDX-License-Identifier: Apache-2.0
-- Times are UTC milliseconds, numbers BIGINT. `row` counts up in order of arrival; SQLite wants its type
-- spelled INTEGER PRIMARY KEY. Leases live here, not in a process, so that several may work on one store.

-- Deliveries. GUIDs are kept for ever, so that a repeated delivery is known as one.
CREATE TABLE inbox (
  row INTEGER PRIMARY KEY,
  guid TEXT NOT NULL,
  event TEXT NOT NULL,
  body_bytes BIGINT NOT NULL,         -- before compression
  received_at BIGINT NOT NULL,
  status BIGINT NOT NULL DEFAULT 0,   -- 0 queued, 1 taken, 2 held, 3 done, 4 parked
  due_at BIGINT NOT NULL DEFAULT 0,   -- queued: not before; taken: end of the lease
  attempts BIGINT NOT NULL DEFAULT 0,
  repository BIGINT,                  -- of the turn that holds it
  note TEXT NOT NULL DEFAULT '',      -- last error, why it is parked, or why it was ignored
  finished_at BIGINT                  -- done, and its body still here
);
CREATE UNIQUE INDEX inbox_guid ON inbox (guid);
CREATE INDEX inbox_open ON inbox (row, due_at) WHERE status < 2;
CREATE INDEX inbox_held ON inbox (repository) WHERE status = 2;
CREATE INDEX inbox_parked ON inbox (row) WHERE status = 4;
CREATE INDEX inbox_finished ON inbox (finished_at) WHERE finished_at IS NOT NULL;

-- Their bodies, apart from what changes: a claim does not rewrite them. One zstd frame each.
CREATE TABLE inbox_body (
  row INTEGER PRIMARY KEY,
  body BLOB NOT NULL
);

-- The head of each stream: the row that a writer of the stream locks.
CREATE TABLE stream (
  repository BIGINT PRIMARY KEY,
  seq BIGINT NOT NULL,
  hash BLOB NOT NULL,
  at BIGINT NOT NULL
);

-- Records, only ever added. docs/event-log.md says what the hash covers.
CREATE TABLE journal (
  row INTEGER PRIMARY KEY,
  repository BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  payload BLOB NOT NULL,
  prev BLOB NOT NULL,
  hash BLOB NOT NULL,
  incident TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX journal_seq ON journal (repository, seq);
CREATE UNIQUE INDEX journal_prev ON journal (repository, prev);
CREATE INDEX journal_incident ON journal (incident, repository, row) WHERE incident <> '';

-- Effects. A lane binds within its repository; an empty lane binds nothing.
CREATE TABLE outbox (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  repository BIGINT NOT NULL,
  incident TEXT NOT NULL,
  priority BIGINT NOT NULL,
  lane TEXT NOT NULL,
  coalesce_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload BLOB NOT NULL,
  status BIGINT NOT NULL DEFAULT 0,   -- 0 pending, 1 in flight, 2 done, 3 parked, 4 superseded
  due_at BIGINT NOT NULL DEFAULT 0,   -- pending: not before; in flight: end of the lease
  attempts BIGINT NOT NULL DEFAULT 0,
  doubts BIGINT NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT '',
  queued_at BIGINT NOT NULL,
  finished_at BIGINT                  -- done or superseded
);
CREATE UNIQUE INDEX outbox_id ON outbox (id);
CREATE INDEX outbox_open ON outbox (priority, row) WHERE status < 2;
CREATE INDEX outbox_lane ON outbox (repository, lane, row) WHERE status < 2;
CREATE INDEX outbox_coalesce ON outbox (repository, coalesce_key) WHERE status = 0;
CREATE INDEX outbox_parked ON outbox (row) WHERE status = 3;
CREATE INDEX outbox_finished ON outbox (finished_at) WHERE finished_at IS NOT NULL;

-- At most one timer of a kind for each incident.
CREATE TABLE timer (
  repository BIGINT NOT NULL,
  incident TEXT NOT NULL,
  kind TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  PRIMARY KEY (repository, incident, kind)
);
CREATE INDEX timer_due ON timer (due_at);
