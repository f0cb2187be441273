-- +goose Up
-- create "asks" table
CREATE TABLE `asks` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `state` text NOT NULL DEFAULT ('PROPOSED'), `text` text NOT NULL, `comment` text NOT NULL DEFAULT (''), `revision` integer NOT NULL DEFAULT (1), `created_at` datetime NOT NULL, `confirmed_at` datetime NULL, `statement_id` integer NOT NULL, `issue_id` integer NOT NULL, `target_id` integer NULL, `addressed_id` integer NULL, CONSTRAINT `asks_pre_session_statements_statement` FOREIGN KEY (`statement_id`) REFERENCES `pre_session_statements` (`id`) ON DELETE NO ACTION, CONSTRAINT `asks_issues_issue` FOREIGN KEY (`issue_id`) REFERENCES `issues` (`id`) ON DELETE NO ACTION, CONSTRAINT `asks_sdg_targets_target` FOREIGN KEY (`target_id`) REFERENCES `sdg_targets` (`id`) ON DELETE SET NULL, CONSTRAINT `asks_states_addressed` FOREIGN KEY (`addressed_id`) REFERENCES `states` (`id`) ON DELETE SET NULL);
-- create index "asks_uid_key" to table: "asks"
CREATE UNIQUE INDEX `asks_uid_key` ON `asks` (`uid`);
-- create index "ask_statement_id" to table: "asks"
CREATE INDEX `ask_statement_id` ON `asks` (`statement_id`);
-- create "ask_links" table
CREATE TABLE `ask_links` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `recommendation` text NOT NULL, `took_up` bool NOT NULL, `ask_id` integer NOT NULL, CONSTRAINT `ask_links_asks_links` FOREIGN KEY (`ask_id`) REFERENCES `asks` (`id`) ON DELETE CASCADE);
-- create index "asklink_ask_id_recommendation" to table: "ask_links"
CREATE UNIQUE INDEX `asklink_ask_id_recommendation` ON `ask_links` (`ask_id`, `recommendation`);
-- create "meeting_asks" table
CREATE TABLE `meeting_asks` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `ask_id` integer NULL, `status` text NOT NULL DEFAULT ('PUBLISHED'), `text` text NOT NULL, `organisation_name` text NOT NULL DEFAULT (''), `taken_up_by` json NOT NULL, `statement_id` integer NOT NULL, `issue_id` integer NULL, `target_id` integer NULL, `addressed_id` integer NULL, CONSTRAINT `meeting_asks_meeting_statements_statement` FOREIGN KEY (`statement_id`) REFERENCES `meeting_statements` (`id`) ON DELETE NO ACTION, CONSTRAINT `meeting_asks_issues_issue` FOREIGN KEY (`issue_id`) REFERENCES `issues` (`id`) ON DELETE SET NULL, CONSTRAINT `meeting_asks_sdg_targets_target` FOREIGN KEY (`target_id`) REFERENCES `sdg_targets` (`id`) ON DELETE SET NULL, CONSTRAINT `meeting_asks_states_addressed` FOREIGN KEY (`addressed_id`) REFERENCES `states` (`id`) ON DELETE SET NULL);
-- create index "meeting_asks_uid_key" to table: "meeting_asks"
CREATE UNIQUE INDEX `meeting_asks_uid_key` ON `meeting_asks` (`uid`);
-- create index "meetingask_statement_id" to table: "meeting_asks"
CREATE INDEX `meetingask_statement_id` ON `meeting_asks` (`statement_id`);
-- create index "meetingask_ask_id" to table: "meeting_asks"
CREATE UNIQUE INDEX `meetingask_ask_id` ON `meeting_asks` (`ask_id`);

-- +goose Down
-- reverse: create index "meetingask_ask_id" to table: "meeting_asks"
DROP INDEX `meetingask_ask_id`;
-- reverse: create index "meetingask_statement_id" to table: "meeting_asks"
DROP INDEX `meetingask_statement_id`;
-- reverse: create index "meeting_asks_uid_key" to table: "meeting_asks"
DROP INDEX `meeting_asks_uid_key`;
-- reverse: create "meeting_asks" table
DROP TABLE `meeting_asks`;
-- reverse: create index "asklink_ask_id_recommendation" to table: "ask_links"
DROP INDEX `asklink_ask_id_recommendation`;
-- reverse: create "ask_links" table
DROP TABLE `ask_links`;
-- reverse: create index "ask_statement_id" to table: "asks"
DROP INDEX `ask_statement_id`;
-- reverse: create index "asks_uid_key" to table: "asks"
DROP INDEX `asks_uid_key`;
-- reverse: create "asks" table
DROP TABLE `asks`;
