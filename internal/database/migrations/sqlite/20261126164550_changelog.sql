-- +goose Up
-- Columns are added, not tables rebuilt: rebuilding inside a transaction loses what refers to them.
ALTER TABLE `affected_group_tags` ADD COLUMN `rejected` bool NOT NULL DEFAULT (false);
ALTER TABLE `issue_tags` ADD COLUMN `rejected` bool NOT NULL DEFAULT (false);
ALTER TABLE `sdg_tags` ADD COLUMN `rejected` bool NOT NULL DEFAULT (false);
ALTER TABLE `documents` ADD COLUMN `status` text NOT NULL DEFAULT ('PUBLISHED');
ALTER TABLE `pledges` ADD COLUMN `status` text NOT NULL DEFAULT ('PUBLISHED');
ALTER TABLE `recommendations` ADD COLUMN `status` text NOT NULL DEFAULT ('PUBLISHED');
ALTER TABLE `response_events` ADD COLUMN `status` text NOT NULL DEFAULT ('PUBLISHED');
ALTER TABLE `reviews` ADD COLUMN `status` text NOT NULL DEFAULT ('PUBLISHED');
-- create "changes" table
CREATE TABLE `changes` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `origin` text NOT NULL, `actor` text NOT NULL, `reason` text NOT NULL DEFAULT (''), `request` text NOT NULL DEFAULT (''), `at` datetime NOT NULL);
-- create index "change_actor" to table: "changes"
CREATE INDEX `change_actor` ON `changes` (`actor`);
-- create "change_entries" table
CREATE TABLE `change_entries` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `version` integer NULL, `node` text NOT NULL, `operation` text NOT NULL, `projection` text NULL, `redacted` bool NOT NULL DEFAULT (false), `change_id` integer NOT NULL, CONSTRAINT `change_entries_changes_change` FOREIGN KEY (`change_id`) REFERENCES `changes` (`id`) ON DELETE NO ACTION);
-- create index "change_entries_version_key" to table: "change_entries"
CREATE UNIQUE INDEX `change_entries_version_key` ON `change_entries` (`version`);
-- create index "changeentry_node_id" to table: "change_entries"
CREATE INDEX `changeentry_node_id` ON `change_entries` (`node`, `id`);
-- create index "changeentry_change_id" to table: "change_entries"
CREATE INDEX `changeentry_change_id` ON `change_entries` (`change_id`);
-- create "log_heads" table
CREATE TABLE `log_heads` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `epoch` text NOT NULL, `number` integer NOT NULL DEFAULT (0), `version` integer NOT NULL DEFAULT (0));

-- +goose Down
DROP TABLE `log_heads`;
DROP TABLE `change_entries`;
DROP TABLE `changes`;
ALTER TABLE `affected_group_tags` DROP COLUMN `rejected`;
ALTER TABLE `issue_tags` DROP COLUMN `rejected`;
ALTER TABLE `sdg_tags` DROP COLUMN `rejected`;
ALTER TABLE `documents` DROP COLUMN `status`;
ALTER TABLE `pledges` DROP COLUMN `status`;
ALTER TABLE `recommendations` DROP COLUMN `status`;
ALTER TABLE `response_events` DROP COLUMN `status`;
ALTER TABLE `reviews` DROP COLUMN `status`;
