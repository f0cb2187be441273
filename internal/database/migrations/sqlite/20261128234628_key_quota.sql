-- +goose Up
-- disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- create "new_key_usages" table
CREATE TABLE `new_key_usages` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `day` text NOT NULL, `requests` integer NOT NULL DEFAULT (0), `refused` integer NOT NULL DEFAULT (0), `counted` integer NOT NULL DEFAULT (0), `rows` integer NOT NULL DEFAULT (0), `bytes` integer NOT NULL DEFAULT (0), `key_id` integer NOT NULL, CONSTRAINT `key_usages_api_keys_usage` FOREIGN KEY (`key_id`) REFERENCES `api_keys` (`id`) ON DELETE CASCADE);
-- copy rows from old table "key_usages" to new temporary table "new_key_usages"
INSERT INTO `new_key_usages` (`id`, `day`, `requests`, `refused`, `rows`, `bytes`, `key_id`) SELECT `id`, `day`, `requests`, `refused`, `rows`, `bytes`, `key_id` FROM `key_usages`;
-- drop "key_usages" table after copying rows
DROP TABLE `key_usages`;
-- rename temporary table "new_key_usages" to "key_usages"
ALTER TABLE `new_key_usages` RENAME TO `key_usages`;
-- create index "keyusage_key_id_day" to table: "key_usages"
CREATE UNIQUE INDEX `keyusage_key_id_day` ON `key_usages` (`key_id`, `day`);
-- enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;

-- +goose Down
-- reverse: create index "keyusage_key_id_day" to table: "key_usages"
DROP INDEX `keyusage_key_id_day`;
-- reverse: create "new_key_usages" table
DROP TABLE `new_key_usages`;
