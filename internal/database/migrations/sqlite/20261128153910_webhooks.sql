-- +goose Up
-- create "key_usages" table
CREATE TABLE `key_usages` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `day` text NOT NULL, `requests` integer NOT NULL DEFAULT (0), `refused` integer NOT NULL DEFAULT (0), `rows` integer NOT NULL DEFAULT (0), `bytes` integer NOT NULL DEFAULT (0), `key_id` integer NOT NULL, CONSTRAINT `key_usages_api_keys_usage` FOREIGN KEY (`key_id`) REFERENCES `api_keys` (`id`) ON DELETE CASCADE);
-- create index "keyusage_key_id_day" to table: "key_usages"
CREATE UNIQUE INDEX `keyusage_key_id_day` ON `key_usages` (`key_id`, `day`);
-- create "webhooks" table
CREATE TABLE `webhooks` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `name` text NOT NULL, `url` text NOT NULL, `kinds` json NULL, `filter_text` text NOT NULL DEFAULT (''), `slice` text NOT NULL DEFAULT (''), `secret` blob NOT NULL, `former_secret` blob NULL, `former_until` datetime NULL, `cursor` text NOT NULL, `under_way` text NOT NULL DEFAULT (''), `dead_letters` integer NOT NULL DEFAULT (0), `created_at` datetime NOT NULL, `disabled_at` datetime NULL, `disabled_because` text NOT NULL DEFAULT (''), `withdrawn_at` datetime NULL, `user_id` integer NOT NULL, CONSTRAINT `webhooks_users_webhooks` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE);
-- create index "webhooks_uid_key" to table: "webhooks"
CREATE UNIQUE INDEX `webhooks_uid_key` ON `webhooks` (`uid`);
-- create index "webhook_user_id" to table: "webhooks"
CREATE INDEX `webhook_user_id` ON `webhooks` (`user_id`);
-- create "webhook_deliveries" table
CREATE TABLE `webhook_deliveries` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `uid` text NOT NULL, `since` text NOT NULL, `cursor` text NOT NULL, `state` text NOT NULL DEFAULT ('WAITING'), `attempts` integer NOT NULL DEFAULT (0), `round` integer NOT NULL DEFAULT (0), `status` integer NOT NULL DEFAULT (0), `failure` text NOT NULL DEFAULT (''), `next_at` datetime NULL, `created_at` datetime NOT NULL, `ended_at` datetime NULL, `webhook_id` integer NOT NULL, CONSTRAINT `webhook_deliveries_webhooks_deliveries` FOREIGN KEY (`webhook_id`) REFERENCES `webhooks` (`id`) ON DELETE CASCADE);
-- create index "webhook_deliveries_uid_key" to table: "webhook_deliveries"
CREATE UNIQUE INDEX `webhook_deliveries_uid_key` ON `webhook_deliveries` (`uid`);
-- create index "webhookdelivery_webhook_id" to table: "webhook_deliveries"
CREATE INDEX `webhookdelivery_webhook_id` ON `webhook_deliveries` (`webhook_id`);
-- create index "webhookdelivery_ended_at" to table: "webhook_deliveries"
CREATE INDEX `webhookdelivery_ended_at` ON `webhook_deliveries` (`ended_at`);

-- +goose Down
-- reverse: create index "webhookdelivery_ended_at" to table: "webhook_deliveries"
DROP INDEX `webhookdelivery_ended_at`;
-- reverse: create index "webhookdelivery_webhook_id" to table: "webhook_deliveries"
DROP INDEX `webhookdelivery_webhook_id`;
-- reverse: create index "webhook_deliveries_uid_key" to table: "webhook_deliveries"
DROP INDEX `webhook_deliveries_uid_key`;
-- reverse: create "webhook_deliveries" table
DROP TABLE `webhook_deliveries`;
-- reverse: create index "webhook_user_id" to table: "webhooks"
DROP INDEX `webhook_user_id`;
-- reverse: create index "webhooks_uid_key" to table: "webhooks"
DROP INDEX `webhooks_uid_key`;
-- reverse: create "webhooks" table
DROP TABLE `webhooks`;
-- reverse: create index "keyusage_key_id_day" to table: "key_usages"
DROP INDEX `keyusage_key_id_day`;
-- reverse: create "key_usages" table
DROP TABLE `key_usages`;
