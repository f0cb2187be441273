-- +goose Up
-- modify "stored_files" table
ALTER TABLE "stored_files" ADD COLUMN "refusal" character varying NULL;

-- +goose Down
-- reverse: modify "stored_files" table
ALTER TABLE "stored_files" DROP COLUMN "refusal";
