package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Error is what is wrong with the settings, or with a file that they name, and what a person can do about it. Both
// are one line each.
type Error struct {
	File string // the settings' file, without its folder
	What string // begins with the key, when one is to blame
	Do   string
	Err  error // what is behind it, or nil
}

func (e *Error) Error() string {
	if e.File == "" {
		return "settings: " + e.What
	}
	return "settings " + e.File + ": " + e.What
}

func (e *Error) Unwrap() error { return e.Err }

// wrong is a setting with a value that cannot be.
func wrong(do, what string, args ...any) *Error {
	return &Error{What: fmt.Sprintf(what, args...), Do: do}
}

// inFile names the file in what is wrong with the settings.
func inFile(err error, file string) error {
	var known *Error
	if errors.As(err, &known) {
		known.File = file
	}
	return err
}

// opening is a settings file that cannot be read.
func opening(err error) *Error {
	e := &Error{What: err.Error(), Do: "see that the file may be read", Err: err}
	if errors.Is(err, fs.ErrNotExist) {
		e.What, e.Do = "there is no such file", "name the settings with --config, or make them with tillctl init"
	}
	return e
}

// unknownKey is how yaml tells of a key that no setting has.
var unknownKey = regexp.MustCompile(`field (.*) not found in type \S+`)

// unread says in one line why YAML could not be read as settings.
func unread(err error) *Error {
	if errors.Is(err, io.EOF) {
		return &Error{What: "the file is empty", Do: "make the settings with tillctl init", Err: err}
	}
	var typed *yaml.TypeError
	if !errors.As(err, &typed) {
		return &Error{What: oneLine(err.Error()), Do: "correct the YAML there: «key: value», indented with spaces", Err: err}
	}
	e := &Error{Do: "correct the value there", Err: err}
	said := make([]string, len(typed.Errors))
	for i, text := range typed.Errors {
		said[i] = oneLine(unknownKey.ReplaceAllString(text, `unknown key "$1"`))
		if unknownKey.MatchString(text) {
			e.Do = "correct the spelling of the key, or take it out"
		}
	}
	e.What = strings.Join(said, "; ")
	return e
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
