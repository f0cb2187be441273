-- +goose Up
-- modify "registrations" table
ALTER TABLE "registrations" ADD COLUMN "staged_revision" bigint NOT NULL DEFAULT 0;

-- +goose Down
-- reverse: modify "registrations" table
ALTER TABLE "registrations" DROP COLUMN "staged_revision";
