// Package ent is generated from the entities in ent/schema.
package ent

//go:generate go tool ent generate --feature privacy,entql ./schema
