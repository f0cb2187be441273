-- +goose Up
-- modify "meetings" table
ALTER TABLE "meetings" ADD COLUMN "missions" jsonb NOT NULL DEFAULT '[]', ADD COLUMN "mission_count" bigint NULL;

-- +goose Down
-- reverse: modify "meetings" table
ALTER TABLE "meetings" DROP COLUMN "mission_count", DROP COLUMN "missions";
