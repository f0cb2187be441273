-- +goose Up
-- add column "badge" to table: "attendances"
ALTER TABLE `attendances` ADD COLUMN `badge` bool NOT NULL DEFAULT (false);
-- create "badge_lists" table
CREATE TABLE `badge_lists` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `made_by` text NOT NULL, `made_at` datetime NOT NULL, `expires_at` datetime NOT NULL, `round_id` integer NOT NULL, CONSTRAINT `badge_lists_rounds_round` FOREIGN KEY (`round_id`) REFERENCES `rounds` (`id`) ON DELETE NO ACTION);
-- create index "badge_lists_uid_key" to table: "badge_lists"
CREATE UNIQUE INDEX `badge_lists_uid_key` ON `badge_lists` (`uid`);

-- +goose Down
-- reverse: create index "badge_lists_uid_key" to table: "badge_lists"
DROP INDEX `badge_lists_uid_key`;
-- reverse: create "badge_lists" table
DROP TABLE `badge_lists`;
-- reverse: add column "badge" to table: "attendances"
ALTER TABLE `attendances` DROP COLUMN `badge`;
