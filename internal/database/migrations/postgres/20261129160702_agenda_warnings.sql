-- +goose Up
-- modify "pre_sessions" table
ALTER TABLE "pre_sessions" ADD COLUMN "room_capacity" bigint NOT NULL DEFAULT 0, ADD COLUMN "moderator" character varying NOT NULL DEFAULT '';
-- modify "registrations" table
ALTER TABLE "registrations" ADD COLUMN "unavailable" jsonb NOT NULL DEFAULT '[]';

-- +goose Down
-- reverse: modify "registrations" table
ALTER TABLE "registrations" DROP COLUMN "unavailable";
-- reverse: modify "pre_sessions" table
ALTER TABLE "pre_sessions" DROP COLUMN "moderator", DROP COLUMN "room_capacity";
