-- +goose Up
-- disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- create "new_attendances" table
CREATE TABLE `new_attendances` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `category` text NOT NULL, `state` text NOT NULL DEFAULT (''), `status` text NOT NULL, `wants` json NOT NULL, `floor` text NULL, `named` bool NOT NULL DEFAULT (false), `badge` bool NOT NULL DEFAULT (false), `identity` blob NULL, `mailbox` text NULL, `revision` integer NOT NULL DEFAULT (1), `created_at` datetime NOT NULL, `meeting_id` integer NOT NULL, `invitation_id` integer NOT NULL, CONSTRAINT `attendances_pre_sessions_meeting` FOREIGN KEY (`meeting_id`) REFERENCES `pre_sessions` (`id`) ON DELETE NO ACTION, CONSTRAINT `attendances_invitations_invitation` FOREIGN KEY (`invitation_id`) REFERENCES `invitations` (`id`) ON DELETE NO ACTION, CONSTRAINT `missions_have_a_state` CHECK ((category IN ('MISSION', 'SUR')) = (state <> '')), CONSTRAINT `the_floor_is_of_the_state_under_review` CHECK (floor IS NULL OR category = 'SUR'));
-- copy rows from old table "attendances" to new temporary table "new_attendances"
INSERT INTO `new_attendances` (`id`, `uid`, `category`, `state`, `status`, `wants`, `floor`, `named`, `identity`, `mailbox`, `revision`, `created_at`, `meeting_id`, `invitation_id`) SELECT `id`, `uid`, `category`, `state`, `status`, `wants`, `floor`, `named`, `identity`, `mailbox`, `revision`, `created_at`, `meeting_id`, `invitation_id` FROM `attendances`;
-- drop "attendances" table after copying rows
DROP TABLE `attendances`;
-- rename temporary table "new_attendances" to "attendances"
ALTER TABLE `new_attendances` RENAME TO `attendances`;
-- create index "attendances_uid_key" to table: "attendances"
CREATE UNIQUE INDEX `attendances_uid_key` ON `attendances` (`uid`);
-- create index "attendance_invitation_id" to table: "attendances"
CREATE INDEX `attendance_invitation_id` ON `attendances` (`invitation_id`);
-- create index "attendance_meeting_id_invitation_id_mailbox" to table: "attendances"
CREATE UNIQUE INDEX `attendance_meeting_id_invitation_id_mailbox` ON `attendances` (`meeting_id`, `invitation_id`, `mailbox`);
-- create "badge_lists" table
CREATE TABLE `badge_lists` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `made_by` text NOT NULL, `made_at` datetime NOT NULL, `expires_at` datetime NOT NULL, `round_id` integer NOT NULL, CONSTRAINT `badge_lists_rounds_round` FOREIGN KEY (`round_id`) REFERENCES `rounds` (`id`) ON DELETE NO ACTION);
-- create index "badge_lists_uid_key" to table: "badge_lists"
CREATE UNIQUE INDEX `badge_lists_uid_key` ON `badge_lists` (`uid`);
-- enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;

-- +goose Down
-- reverse: create index "badge_lists_uid_key" to table: "badge_lists"
DROP INDEX `badge_lists_uid_key`;
-- reverse: create "badge_lists" table
DROP TABLE `badge_lists`;
-- reverse: create index "attendance_meeting_id_invitation_id_mailbox" to table: "attendances"
DROP INDEX `attendance_meeting_id_invitation_id_mailbox`;
-- reverse: create index "attendance_invitation_id" to table: "attendances"
DROP INDEX `attendance_invitation_id`;
-- reverse: create index "attendances_uid_key" to table: "attendances"
DROP INDEX `attendances_uid_key`;
-- reverse: create "new_attendances" table
DROP TABLE `new_attendances`;
