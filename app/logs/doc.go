// Package logs makes the program's logger: JSON lines into a file of mode 0600 with rotation by size, or text
// to a terminal. Keys are plain words; marking codes appear masked only, because marking.MarkingCode prints so.
package logs
