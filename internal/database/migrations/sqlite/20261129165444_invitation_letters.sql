-- +goose Up
-- add column "letter_requested_at" to table: "registrations"
ALTER TABLE `registrations` ADD COLUMN `letter_requested_at` datetime NULL;

-- +goose Down
-- reverse: add column "letter_requested_at" to table: "registrations"
ALTER TABLE `registrations` DROP COLUMN `letter_requested_at`;
