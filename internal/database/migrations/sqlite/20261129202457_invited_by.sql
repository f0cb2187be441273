-- +goose Up
-- add column "invited_by" to table: "owner_invitations"
ALTER TABLE `owner_invitations` ADD COLUMN `invited_by` integer NULL;

-- +goose Down
-- reverse: add column "invited_by" to table: "owner_invitations"
ALTER TABLE `owner_invitations` DROP COLUMN `invited_by`;
