-- +goose Up
-- add column "status" to table: "state_groups"
ALTER TABLE `state_groups` ADD COLUMN `status` text NOT NULL DEFAULT ('PUBLISHED');
-- create "affected_group_successors" table
CREATE TABLE `affected_group_successors` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `group_id` integer NOT NULL, `successor_id` integer NOT NULL, CONSTRAINT `affected_group_successors_affected_groups_group` FOREIGN KEY (`group_id`) REFERENCES `affected_groups` (`id`) ON DELETE NO ACTION, CONSTRAINT `affected_group_successors_affected_groups_successor` FOREIGN KEY (`successor_id`) REFERENCES `affected_groups` (`id`) ON DELETE NO ACTION);
-- create index "affectedgroupsuccessor_group_id_successor_id" to table: "affected_group_successors"
CREATE UNIQUE INDEX `affectedgroupsuccessor_group_id_successor_id` ON `affected_group_successors` (`group_id`, `successor_id`);

-- +goose Down
-- reverse: create index "affectedgroupsuccessor_group_id_successor_id" to table: "affected_group_successors"
DROP INDEX `affectedgroupsuccessor_group_id_successor_id`;
-- reverse: create "affected_group_successors" table
DROP TABLE `affected_group_successors`;
-- reverse: add column "status" to table: "state_groups"
ALTER TABLE `state_groups` DROP COLUMN `status`;
