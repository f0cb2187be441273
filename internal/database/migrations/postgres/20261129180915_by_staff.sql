-- +goose Up
-- modify "participants" table
ALTER TABLE "participants" ADD COLUMN "by_staff" boolean NOT NULL DEFAULT false;

-- +goose Down
-- reverse: modify "participants" table
ALTER TABLE "participants" DROP COLUMN "by_staff";
