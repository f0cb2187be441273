-- +goose Up
-- add column "evaluation_phases" to table: "rounds"
ALTER TABLE `rounds` ADD COLUMN `evaluation_phases` json NOT NULL DEFAULT '[]';

-- +goose Down
-- reverse: add column "evaluation_phases" to table: "rounds"
ALTER TABLE `rounds` DROP COLUMN `evaluation_phases`;
