-- +goose Up
-- add column "staged_revision" to table: "registrations"
ALTER TABLE `registrations` ADD COLUMN `staged_revision` integer NOT NULL DEFAULT (0);

-- +goose Down
-- reverse: add column "staged_revision" to table: "registrations"
ALTER TABLE `registrations` DROP COLUMN `staged_revision`;
