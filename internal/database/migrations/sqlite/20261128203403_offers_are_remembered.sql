-- +goose Up
-- add column "reminded_at" to table: "registrations"
ALTER TABLE `registrations` ADD COLUMN `reminded_at` datetime NULL;

-- +goose Down
-- reverse: add column "reminded_at" to table: "registrations"
ALTER TABLE `registrations` DROP COLUMN `reminded_at`;
