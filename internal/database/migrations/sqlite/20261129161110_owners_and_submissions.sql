-- +goose Up
-- add columns to "registrations"
ALTER TABLE `registrations` ADD COLUMN `owner_id` integer NULL;
ALTER TABLE `registrations` ADD COLUMN `submission_link` text NOT NULL DEFAULT ('');
ALTER TABLE `registrations` ADD COLUMN `submission_file` text NOT NULL DEFAULT ('');
ALTER TABLE `registrations` ADD COLUMN `availability` text NOT NULL DEFAULT ('');
ALTER TABLE `registrations` ADD COLUMN `feedback` text NOT NULL DEFAULT ('');
-- who has begun a registration owns it
UPDATE `registrations` SET `owner_id` = `user_id`;
-- create "owner_invitations" table
CREATE TABLE `owner_invitations` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `email` text NOT NULL, `expires_at` datetime NOT NULL, `registration_id` integer NOT NULL, CONSTRAINT `owner_invitations_registrations_registration` FOREIGN KEY (`registration_id`) REFERENCES `registrations` (`id`) ON DELETE NO ACTION);
-- create index "owner_invitations_uid_key" to table: "owner_invitations"
CREATE UNIQUE INDEX `owner_invitations_uid_key` ON `owner_invitations` (`uid`);
-- create index "ownerinvitation_registration_id_email" to table: "owner_invitations"
CREATE UNIQUE INDEX `ownerinvitation_registration_id_email` ON `owner_invitations` (`registration_id`, `email`);
-- create index "ownerinvitation_email" to table: "owner_invitations"
CREATE INDEX `ownerinvitation_email` ON `owner_invitations` (`email`);

-- +goose Down
-- reverse: create index "ownerinvitation_email" to table: "owner_invitations"
DROP INDEX `ownerinvitation_email`;
-- reverse: create index "ownerinvitation_registration_id_email" to table: "owner_invitations"
DROP INDEX `ownerinvitation_registration_id_email`;
-- reverse: create index "owner_invitations_uid_key" to table: "owner_invitations"
DROP INDEX `owner_invitations_uid_key`;
-- reverse: create "owner_invitations" table
DROP TABLE `owner_invitations`;
-- reverse: add columns to "registrations"
ALTER TABLE `registrations` DROP COLUMN `feedback`;
ALTER TABLE `registrations` DROP COLUMN `availability`;
ALTER TABLE `registrations` DROP COLUMN `submission_file`;
ALTER TABLE `registrations` DROP COLUMN `submission_link`;
ALTER TABLE `registrations` DROP COLUMN `owner_id`;
