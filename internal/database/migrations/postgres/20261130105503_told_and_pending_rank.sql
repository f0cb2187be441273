-- +goose Up
-- modify "registrations" table
ALTER TABLE "registrations" ADD COLUMN "pending_rank" bigint NULL, ADD COLUMN "told" jsonb NULL;

-- +goose Down
-- reverse: modify "registrations" table
ALTER TABLE "registrations" DROP COLUMN "told", DROP COLUMN "pending_rank";
