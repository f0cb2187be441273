-- +goose Up
-- add column "calendar_revision" to table: "registrations"
ALTER TABLE `registrations` ADD COLUMN `calendar_revision` integer NOT NULL DEFAULT (0);

-- +goose Down
-- reverse: add column "calendar_revision" to table: "registrations"
ALTER TABLE `registrations` DROP COLUMN `calendar_revision`;
