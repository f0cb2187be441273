-- +goose Up
-- create "round_tallies" table
CREATE TABLE `round_tallies` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `made_at` datetime NOT NULL, `figures` text NOT NULL, `research` text NOT NULL, `round_id` integer NOT NULL, CONSTRAINT `round_tallies_rounds_round` FOREIGN KEY (`round_id`) REFERENCES `rounds` (`id`) ON DELETE NO ACTION);
-- create index "roundtally_round_id" to table: "round_tallies"
CREATE UNIQUE INDEX `roundtally_round_id` ON `round_tallies` (`round_id`);

-- +goose Down
-- reverse: create index "roundtally_round_id" to table: "round_tallies"
DROP INDEX `roundtally_round_id`;
-- reverse: create "round_tallies" table
DROP TABLE `round_tallies`;
