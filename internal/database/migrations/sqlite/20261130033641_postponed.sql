-- +goose Up
-- add column "postponed_from" to table: "pre_sessions"
ALTER TABLE `pre_sessions` ADD COLUMN `postponed_from` datetime NULL;
-- a meeting that is postponed begins at none of the times that it had
UPDATE `pre_sessions` SET `postponed_from` = `starts_at`, `starts_at` = NULL WHERE `state` = 'POSTPONED';

-- +goose Down
UPDATE `pre_sessions` SET `starts_at` = `postponed_from` WHERE `state` = 'POSTPONED';
-- reverse: add column "postponed_from" to table: "pre_sessions"
ALTER TABLE `pre_sessions` DROP COLUMN `postponed_from`;
