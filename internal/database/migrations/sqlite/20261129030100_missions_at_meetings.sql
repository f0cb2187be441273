-- +goose Up
-- add column "missions" to table: "meetings"
ALTER TABLE `meetings` ADD COLUMN `missions` json NOT NULL DEFAULT '[]';
-- add column "mission_count" to table: "meetings"
ALTER TABLE `meetings` ADD COLUMN `mission_count` integer NULL;

-- +goose Down
-- reverse: add column "mission_count" to table: "meetings"
ALTER TABLE `meetings` DROP COLUMN `mission_count`;
-- reverse: add column "missions" to table: "meetings"
ALTER TABLE `meetings` DROP COLUMN `missions`;
