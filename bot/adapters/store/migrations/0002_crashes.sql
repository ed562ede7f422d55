-- SPDX-License-Identifier: Apache-2.0
-- Claims of an effect that ended with the process: what takes it down each time is told from what waits out an
-- outage.
ALTER TABLE outbox ADD COLUMN crashes BIGINT NOT NULL DEFAULT 0;
