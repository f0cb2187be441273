-- +goose Up
-- modify "registrations" table
ALTER TABLE "registrations" ADD COLUMN "calendar_revision" bigint NOT NULL DEFAULT 0;

-- +goose Down
-- reverse: modify "registrations" table
ALTER TABLE "registrations" DROP COLUMN "calendar_revision";
