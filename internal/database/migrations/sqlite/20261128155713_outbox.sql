-- +goose Up
-- create "mail_templates" table
CREATE TABLE `mail_templates` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `key` text NOT NULL, `language` text NOT NULL, `revision` integer NOT NULL, `source` text NOT NULL DEFAULT (''), `author` text NOT NULL, `reason` text NOT NULL, `created_at` datetime NOT NULL);
-- create index "mailtemplate_key_language_revision" to table: "mail_templates"
CREATE UNIQUE INDEX `mailtemplate_key_language_revision` ON `mail_templates` (`key`, `language`, `revision`);
-- create "outbox_messages" table
CREATE TABLE `outbox_messages` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `template` text NOT NULL, `language` text NOT NULL, `about` text NOT NULL DEFAULT (''), `round` text NOT NULL DEFAULT (''), `state` text NOT NULL DEFAULT (''), `level` integer NOT NULL, `neutral` bool NOT NULL DEFAULT (false), `status` text NOT NULL, `address` blob NULL, `content` blob NULL, `private` blob NULL, `revision` integer NOT NULL DEFAULT (1), `created_at` datetime NOT NULL, `not_before` datetime NULL, `queued_at` datetime NULL, `next_at` datetime NULL, `slot_at` datetime NULL, `attempts` integer NOT NULL DEFAULT (0), `claim` text NOT NULL DEFAULT (''), `claimed_at` datetime NULL, `handed` bool NOT NULL DEFAULT (false), `sent_at` datetime NULL, `failure` text NOT NULL DEFAULT (''));
-- create index "outbox_messages_uid_key" to table: "outbox_messages"
CREATE UNIQUE INDEX `outbox_messages_uid_key` ON `outbox_messages` (`uid`);
-- create index "outboxmessage_about" to table: "outbox_messages"
CREATE INDEX `outboxmessage_about` ON `outbox_messages` (`about`);
-- create index "outboxmessage_round" to table: "outbox_messages"
CREATE INDEX `outboxmessage_round` ON `outbox_messages` (`round`);
-- create index "outboxmessage_state" to table: "outbox_messages"
CREATE INDEX `outboxmessage_state` ON `outbox_messages` (`state`);
-- create index "outboxmessage_status_claimed_at" to table: "outbox_messages"
CREATE INDEX `outboxmessage_status_claimed_at` ON `outbox_messages` (`status`, `claimed_at`);
-- create index "outboxmessage_slot_at" to table: "outbox_messages"
CREATE INDEX `outboxmessage_slot_at` ON `outbox_messages` (`slot_at`);

-- +goose Down
-- reverse: create index "outboxmessage_slot_at" to table: "outbox_messages"
DROP INDEX `outboxmessage_slot_at`;
-- reverse: create index "outboxmessage_status_claimed_at" to table: "outbox_messages"
DROP INDEX `outboxmessage_status_claimed_at`;
-- reverse: create index "outboxmessage_state" to table: "outbox_messages"
DROP INDEX `outboxmessage_state`;
-- reverse: create index "outboxmessage_round" to table: "outbox_messages"
DROP INDEX `outboxmessage_round`;
-- reverse: create index "outboxmessage_about" to table: "outbox_messages"
DROP INDEX `outboxmessage_about`;
-- reverse: create index "outbox_messages_uid_key" to table: "outbox_messages"
DROP INDEX `outbox_messages_uid_key`;
-- reverse: create "outbox_messages" table
DROP TABLE `outbox_messages`;
-- reverse: create index "mailtemplate_key_language_revision" to table: "mail_templates"
DROP INDEX `mailtemplate_key_language_revision`;
-- reverse: create "mail_templates" table
DROP TABLE `mail_templates`;
