-- +goose Up
-- modify "registrations" table
ALTER TABLE "registrations" DROP COLUMN "user_id";

-- +goose Down
-- reverse: modify "registrations" table
ALTER TABLE "registrations" ADD COLUMN "user_id" bigint NULL;
