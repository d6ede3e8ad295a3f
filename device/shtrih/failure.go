package shtrih

import (
	"errors"

	"kassa/app/fiscal"
)

// problem is a finding of the driver itself, where no code of the printer says it.
type problem struct {
	word fiscal.Problem
	err  error
}

func (p *problem) Error() string { return p.err.Error() }
func (p *problem) Unwrap() error { return p.err }

// refusal is a problem with a text for people.
func refusal(word fiscal.Problem, text string) error { return &problem{word, errors.New(text)} }

// failure makes the error that leaves the driver: what was done, whether it happened, what is wrong.
func failure(op string, outcome fiscal.Outcome, err error) error {
	var ready *fiscal.Error
	if errors.As(err, &ready) {
		return ready
	}
	e := &fiscal.Error{Op: op, Outcome: outcome, Problem: fiscal.ProblemSilent, Err: err}
	var refused *deviceError
	var own *problem
	switch {
	case errors.As(err, &refused):
		e.Problem, e.Device = refused.meaning().problem, refused.Error()
	case errors.As(err, &own):
		e.Problem, e.Device = own.word, own.Error()
	}
	return e
}
