-- +goose Up
-- add column "pending_rank" to table: "registrations"
ALTER TABLE `registrations` ADD COLUMN `pending_rank` integer NULL;
-- add column "told" to table: "registrations"
ALTER TABLE `registrations` ADD COLUMN `told` json NULL;

-- +goose Down
-- reverse: add column "told" to table: "registrations"
ALTER TABLE `registrations` DROP COLUMN `told`;
-- reverse: add column "pending_rank" to table: "registrations"
ALTER TABLE `registrations` DROP COLUMN `pending_rank`;
