-- +goose Up
-- add column "missions_close_at" to table: "pre_sessions"
ALTER TABLE `pre_sessions` ADD COLUMN `missions_close_at` datetime NULL;
-- create "attendances" table
CREATE TABLE `attendances` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `category` text NOT NULL, `state` text NOT NULL DEFAULT (''), `status` text NOT NULL, `wants` json NOT NULL, `floor` text NULL, `named` bool NOT NULL DEFAULT (false), `identity` blob NULL, `mailbox` text NULL, `revision` integer NOT NULL DEFAULT (1), `created_at` datetime NOT NULL, `meeting_id` integer NOT NULL, `invitation_id` integer NOT NULL, CONSTRAINT `attendances_pre_sessions_meeting` FOREIGN KEY (`meeting_id`) REFERENCES `pre_sessions` (`id`) ON DELETE NO ACTION, CONSTRAINT `attendances_invitations_invitation` FOREIGN KEY (`invitation_id`) REFERENCES `invitations` (`id`) ON DELETE NO ACTION, CONSTRAINT `missions_have_a_state` CHECK ((category IN ('MISSION', 'SUR')) = (state <> '')), CONSTRAINT `the_floor_is_of_the_state_under_review` CHECK (floor IS NULL OR category = 'SUR'));
-- create index "attendances_uid_key" to table: "attendances"
CREATE UNIQUE INDEX `attendances_uid_key` ON `attendances` (`uid`);
-- create index "attendance_invitation_id" to table: "attendances"
CREATE INDEX `attendance_invitation_id` ON `attendances` (`invitation_id`);
-- create index "attendance_meeting_id_invitation_id_mailbox" to table: "attendances"
CREATE UNIQUE INDEX `attendance_meeting_id_invitation_id_mailbox` ON `attendances` (`meeting_id`, `invitation_id`, `mailbox`);
-- create "invitations" table
CREATE TABLE `invitations` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `category` text NOT NULL, `label` text NOT NULL DEFAULT (''), `language` text NOT NULL DEFAULT ('EN'), `digest` text NOT NULL, `domain` text NOT NULL, `token` blob NULL, `address` blob NULL, `uses` integer NOT NULL DEFAULT (0), `reminded_at` datetime NOT NULL, `created_at` datetime NOT NULL, `withdrawn_at` datetime NULL, `round_id` integer NOT NULL, `state_id` integer NULL, CONSTRAINT `invitations_rounds_round` FOREIGN KEY (`round_id`) REFERENCES `rounds` (`id`) ON DELETE NO ACTION, CONSTRAINT `invitations_states_state` FOREIGN KEY (`state_id`) REFERENCES `states` (`id`) ON DELETE SET NULL, CONSTRAINT `missions_are_of_a_state` CHECK ((category = 'MISSION') = (state_id IS NOT NULL)));
-- create index "invitations_uid_key" to table: "invitations"
CREATE UNIQUE INDEX `invitations_uid_key` ON `invitations` (`uid`);
-- create index "invitations_digest_key" to table: "invitations"
CREATE UNIQUE INDEX `invitations_digest_key` ON `invitations` (`digest`);
-- create index "invitation_round_id" to table: "invitations"
CREATE INDEX `invitation_round_id` ON `invitations` (`round_id`);
-- create index "one_invitation_of_a_mission" to table: "invitations"
CREATE UNIQUE INDEX `one_invitation_of_a_mission` ON `invitations` (`round_id`, `state_id`) WHERE state_id IS NOT NULL AND withdrawn_at IS NULL;

-- +goose Down
-- reverse: create index "one_invitation_of_a_mission" to table: "invitations"
DROP INDEX `one_invitation_of_a_mission`;
-- reverse: create index "invitation_round_id" to table: "invitations"
DROP INDEX `invitation_round_id`;
-- reverse: create index "invitations_digest_key" to table: "invitations"
DROP INDEX `invitations_digest_key`;
-- reverse: create index "invitations_uid_key" to table: "invitations"
DROP INDEX `invitations_uid_key`;
-- reverse: create "invitations" table
DROP TABLE `invitations`;
-- reverse: create index "attendance_meeting_id_invitation_id_mailbox" to table: "attendances"
DROP INDEX `attendance_meeting_id_invitation_id_mailbox`;
-- reverse: create index "attendance_invitation_id" to table: "attendances"
DROP INDEX `attendance_invitation_id`;
-- reverse: create index "attendances_uid_key" to table: "attendances"
DROP INDEX `attendances_uid_key`;
-- reverse: create "attendances" table
DROP TABLE `attendances`;
-- reverse: add column "missions_close_at" to table: "pre_sessions"
ALTER TABLE `pre_sessions` DROP COLUMN `missions_close_at`;
