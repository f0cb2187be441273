-- +goose Up
-- add column "protected" to table: "registrations"
ALTER TABLE `registrations` ADD COLUMN `protected` json NOT NULL DEFAULT '[]';

-- +goose Down
-- reverse: add column "protected" to table: "registrations"
ALTER TABLE `registrations` DROP COLUMN `protected`;
