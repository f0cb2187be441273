-- +goose Up
-- add column "room_capacity" to table: "pre_sessions"
ALTER TABLE `pre_sessions` ADD COLUMN `room_capacity` integer NOT NULL DEFAULT (0);
-- add column "moderator" to table: "pre_sessions"
ALTER TABLE `pre_sessions` ADD COLUMN `moderator` text NOT NULL DEFAULT ('');
-- add column "unavailable" to table: "registrations"
ALTER TABLE `registrations` ADD COLUMN `unavailable` json NOT NULL DEFAULT '[]';

-- +goose Down
-- reverse: add column "unavailable" to table: "registrations"
ALTER TABLE `registrations` DROP COLUMN `unavailable`;
-- reverse: add column "moderator" to table: "pre_sessions"
ALTER TABLE `pre_sessions` DROP COLUMN `moderator`;
-- reverse: add column "room_capacity" to table: "pre_sessions"
ALTER TABLE `pre_sessions` DROP COLUMN `room_capacity`;
