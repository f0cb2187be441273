-- +goose Up
-- add column "by_staff" to table: "participants"
ALTER TABLE `participants` ADD COLUMN `by_staff` bool NOT NULL DEFAULT (false);

-- +goose Down
-- drop column "by_staff" from table: "participants"
ALTER TABLE `participants` DROP COLUMN `by_staff`;
