-- +goose Up
-- add column "refusal" to table: "stored_files"
ALTER TABLE `stored_files` ADD COLUMN `refusal` text NULL;

-- +goose Down
-- reverse: add column "refusal" to table: "stored_files"
ALTER TABLE `stored_files` DROP COLUMN `refusal`;
