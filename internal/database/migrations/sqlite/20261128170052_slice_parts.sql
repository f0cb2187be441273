-- +goose Up
-- add column "whole" to table: "saved_slices"
ALTER TABLE `saved_slices` ADD COLUMN `whole` integer NOT NULL DEFAULT (0);
-- create index "slicecontent_digest" to table: "slice_contents"
CREATE INDEX `slicecontent_digest` ON `slice_contents` (`digest`);
-- create "slice_parts" table
CREATE TABLE `slice_parts` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `kind` text NOT NULL, `slice_id` integer NOT NULL, `content_id` integer NOT NULL, CONSTRAINT `slice_parts_saved_slices_parts` FOREIGN KEY (`slice_id`) REFERENCES `saved_slices` (`id`) ON DELETE CASCADE, CONSTRAINT `slice_parts_slice_contents_content` FOREIGN KEY (`content_id`) REFERENCES `slice_contents` (`id`) ON DELETE RESTRICT);
-- create index "slicepart_slice_id_kind" to table: "slice_parts"
CREATE UNIQUE INDEX `slicepart_slice_id_kind` ON `slice_parts` (`slice_id`, `kind`);

-- +goose Down
-- reverse: create index "slicepart_slice_id_kind" to table: "slice_parts"
DROP INDEX `slicepart_slice_id_kind`;
-- reverse: create "slice_parts" table
DROP TABLE `slice_parts`;
-- reverse: create index "slicecontent_digest" to table: "slice_contents"
DROP INDEX `slicecontent_digest`;
-- reverse: add column "whole" to table: "saved_slices"
ALTER TABLE `saved_slices` DROP COLUMN `whole`;
