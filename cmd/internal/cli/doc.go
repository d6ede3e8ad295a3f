// Package cli is what the four programs share on their command line: exit codes (0 done, 1 failed,
// 2 wrong usage), the one error line on stderr, and JSON lines on stdout.
package cli
