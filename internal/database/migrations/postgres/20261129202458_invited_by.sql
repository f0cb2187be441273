-- +goose Up
-- modify "owner_invitations" table
ALTER TABLE "owner_invitations" ADD COLUMN "invited_by" bigint NULL;

-- +goose Down
-- reverse: modify "owner_invitations" table
ALTER TABLE "owner_invitations" DROP COLUMN "invited_by";
