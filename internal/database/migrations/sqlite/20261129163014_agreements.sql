-- +goose Up
-- add column "agrees_to" to table: "registrations"
ALTER TABLE `registrations` ADD COLUMN `agrees_to` text NOT NULL DEFAULT ('');

-- +goose Down
-- reverse: add column "agrees_to" to table: "registrations"
ALTER TABLE `registrations` DROP COLUMN `agrees_to`;
