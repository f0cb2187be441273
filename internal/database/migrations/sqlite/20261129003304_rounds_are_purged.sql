-- +goose Up
-- add column "purged_at" to table: "rounds"
ALTER TABLE `rounds` ADD COLUMN `purged_at` datetime NULL;

-- +goose Down
-- reverse: add column "purged_at" to table: "rounds"
ALTER TABLE `rounds` DROP COLUMN `purged_at`;
