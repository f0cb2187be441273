-- +goose Up
-- modify "registrations" table
ALTER TABLE "registrations" ADD COLUMN "reminded_at" timestamptz NULL;

-- +goose Down
-- reverse: modify "registrations" table
ALTER TABLE "registrations" DROP COLUMN "reminded_at";
