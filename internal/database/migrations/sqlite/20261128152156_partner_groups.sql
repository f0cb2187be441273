-- +goose Up
-- add column "groups" to table: "saved_slices"
ALTER TABLE `saved_slices` ADD COLUMN `groups` text NOT NULL DEFAULT ('');
-- create "partner_groups" table
CREATE TABLE `partner_groups` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `public` bool NOT NULL DEFAULT (false), `revision` integer NOT NULL DEFAULT (1), `created_at` datetime NOT NULL, `withdrawn_at` datetime NULL, `user_id` integer NOT NULL, CONSTRAINT `partner_groups_users_partner_groups` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "partner_groups_uid_key" to table: "partner_groups"
CREATE UNIQUE INDEX `partner_groups_uid_key` ON `partner_groups` (`uid`);
-- create index "partnergroup_user_id" to table: "partner_groups"
CREATE INDEX `partnergroup_user_id` ON `partner_groups` (`user_id`);
-- create "partner_group_revisions" table
CREATE TABLE `partner_group_revisions` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `revision` integer NOT NULL, `name` text NOT NULL, `description` text NOT NULL DEFAULT (''), `members` blob NOT NULL, `created_at` datetime NOT NULL, `group_id` integer NOT NULL, CONSTRAINT `partner_group_revisions_partner_groups_revisions` FOREIGN KEY (`group_id`) REFERENCES `partner_groups` (`id`) ON DELETE CASCADE);
-- create index "partnergrouprevision_group_id_revision" to table: "partner_group_revisions"
CREATE UNIQUE INDEX `partnergrouprevision_group_id_revision` ON `partner_group_revisions` (`group_id`, `revision`);

-- +goose Down
-- reverse: create index "partnergrouprevision_group_id_revision" to table: "partner_group_revisions"
DROP INDEX `partnergrouprevision_group_id_revision`;
-- reverse: create "partner_group_revisions" table
DROP TABLE `partner_group_revisions`;
-- reverse: create index "partnergroup_user_id" to table: "partner_groups"
DROP INDEX `partnergroup_user_id`;
-- reverse: create index "partner_groups_uid_key" to table: "partner_groups"
DROP INDEX `partner_groups_uid_key`;
-- reverse: create "partner_groups" table
DROP TABLE `partner_groups`;
-- reverse: add column "groups" to table: "saved_slices"
ALTER TABLE `saved_slices` DROP COLUMN `groups`;
