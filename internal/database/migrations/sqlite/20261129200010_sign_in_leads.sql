-- +goose Up
-- add column "lead" to table: "sign_in_links"
ALTER TABLE `sign_in_links` ADD COLUMN `lead` blob NULL;
-- add column "lead" to table: "sign_up_links"
ALTER TABLE `sign_up_links` ADD COLUMN `lead` blob NULL;

-- +goose Down
-- reverse: add column "lead" to table: "sign_up_links"
ALTER TABLE `sign_up_links` DROP COLUMN `lead`;
-- reverse: add column "lead" to table: "sign_in_links"
ALTER TABLE `sign_in_links` DROP COLUMN `lead`;
