-- +goose Up
-- add column "left" to table: "pre_session_statements"
ALTER TABLE `pre_session_statements` ADD COLUMN `left` json NOT NULL DEFAULT '[]';
-- add column "merger_ended" to table: "registrations"
ALTER TABLE `registrations` ADD COLUMN `merger_ended` bool NOT NULL DEFAULT (false);

-- +goose Down
-- reverse: add column "merger_ended" to table: "registrations"
ALTER TABLE `registrations` DROP COLUMN `merger_ended`;
-- reverse: add column "left" to table: "pre_session_statements"
ALTER TABLE `pre_session_statements` DROP COLUMN `left`;
