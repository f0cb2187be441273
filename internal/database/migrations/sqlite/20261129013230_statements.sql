-- +goose Up
-- create "meeting_statements" table
CREATE TABLE `meeting_statements` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `statement_id` integer NULL, `status` text NOT NULL DEFAULT ('PUBLISHED'), `language` text NOT NULL, `title` text NOT NULL DEFAULT (''), `organisation_name` text NOT NULL DEFAULT (''), `kind` text NOT NULL, `size` integer NOT NULL, `sha256` text NOT NULL, `file` text NOT NULL, `meeting_id` integer NOT NULL, CONSTRAINT `meeting_statements_meetings_meeting` FOREIGN KEY (`meeting_id`) REFERENCES `meetings` (`id`) ON DELETE NO ACTION);
-- create index "meeting_statements_uid_key" to table: "meeting_statements"
CREATE UNIQUE INDEX `meeting_statements_uid_key` ON `meeting_statements` (`uid`);
-- create index "meetingstatement_meeting_id" to table: "meeting_statements"
CREATE INDEX `meetingstatement_meeting_id` ON `meeting_statements` (`meeting_id`);
-- create index "meetingstatement_statement_id" to table: "meeting_statements"
CREATE UNIQUE INDEX `meetingstatement_statement_id` ON `meeting_statements` (`statement_id`);
-- create "pre_session_statements" table
CREATE TABLE `pre_session_statements` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `state` text NOT NULL DEFAULT ('DRAFT'), `language` text NOT NULL, `title` text NOT NULL DEFAULT (''), `file` text NOT NULL DEFAULT (''), `questions` text NOT NULL DEFAULT (''), `embargoed_until` datetime NULL, `revision` integer NOT NULL DEFAULT (1), `created_at` datetime NOT NULL, `submitted_at` datetime NULL, `registration_id` integer NOT NULL, CONSTRAINT `pre_session_statements_registrations_registration` FOREIGN KEY (`registration_id`) REFERENCES `registrations` (`id`) ON DELETE NO ACTION);
-- create index "pre_session_statements_uid_key" to table: "pre_session_statements"
CREATE UNIQUE INDEX `pre_session_statements_uid_key` ON `pre_session_statements` (`uid`);
-- create index "presessionstatement_registration_id" to table: "pre_session_statements"
CREATE INDEX `presessionstatement_registration_id` ON `pre_session_statements` (`registration_id`);

-- +goose Down
-- reverse: create index "presessionstatement_registration_id" to table: "pre_session_statements"
DROP INDEX `presessionstatement_registration_id`;
-- reverse: create index "pre_session_statements_uid_key" to table: "pre_session_statements"
DROP INDEX `pre_session_statements_uid_key`;
-- reverse: create "pre_session_statements" table
DROP TABLE `pre_session_statements`;
-- reverse: create index "meetingstatement_statement_id" to table: "meeting_statements"
DROP INDEX `meetingstatement_statement_id`;
-- reverse: create index "meetingstatement_meeting_id" to table: "meeting_statements"
DROP INDEX `meetingstatement_meeting_id`;
-- reverse: create index "meeting_statements_uid_key" to table: "meeting_statements"
DROP INDEX `meeting_statements_uid_key`;
-- reverse: create "meeting_statements" table
DROP TABLE `meeting_statements`;
