// Package root has the types from which private questions start. They hold nothing: each
// of their fields has a resolver in package graph.
package root

// Desk is what staff work on.
type Desk struct{}

// Mine is what belongs to whoever asks.
type Mine struct{}
