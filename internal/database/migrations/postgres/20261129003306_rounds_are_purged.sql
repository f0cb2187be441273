-- +goose Up
-- modify "rounds" table
ALTER TABLE "rounds" ADD COLUMN "purged_at" timestamptz NULL;

-- +goose Down
-- reverse: modify "rounds" table
ALTER TABLE "rounds" DROP COLUMN "purged_at";
