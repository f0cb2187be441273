-- +goose Up
-- modify "registrations" table
ALTER TABLE "registrations" ADD COLUMN "letter_requested_at" timestamptz NULL;

-- +goose Down
-- reverse: modify "registrations" table
ALTER TABLE "registrations" DROP COLUMN "letter_requested_at";
