-- +goose Up
-- modify "rounds" table
ALTER TABLE "rounds" ADD COLUMN "evaluation_phases" jsonb NOT NULL DEFAULT '[]';

-- +goose Down
-- reverse: modify "rounds" table
ALTER TABLE "rounds" DROP COLUMN "evaluation_phases";
