-- +goose Up
-- create index "presession_review_id" to table: "pre_sessions"
CREATE UNIQUE INDEX `presession_review_id` ON `pre_sessions` (`review_id`);
-- create index "round_session_id" to table: "rounds"
CREATE UNIQUE INDEX `round_session_id` ON `rounds` (`session_id`);
-- create index "meeting_review_id" to table: "meetings"
CREATE UNIQUE INDEX `meeting_review_id` ON `meetings` (`review_id`);

-- +goose Down
-- reverse: create index "meeting_review_id" to table: "meetings"
DROP INDEX `meeting_review_id`;
-- reverse: create index "round_session_id" to table: "rounds"
DROP INDEX `round_session_id`;
-- reverse: create index "presession_review_id" to table: "pre_sessions"
DROP INDEX `presession_review_id`;
