package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Failure is an operation that failed: what happened and what the person can do.
type Failure struct{ What, Do string }

// Error is the contract's line: what - what to do.
func (f *Failure) Error() string {
	if f.Do == "" {
		return f.What
	}
	return f.What + " - " + f.Do
}

// usageError marks errors of the command line itself.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// Usage marks err as wrong usage: exit code 2.
func Usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// Main runs root with the process's arguments until it ends or SIGINT or SIGTERM comes, and exits.
func Main(root *cobra.Command) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := Run(ctx, root, os.Args[1:], os.Stderr)
	stop()
	os.Exit(code)
}

// Run executes root and gives the exit code; the error line goes to stderr.
func Run(ctx context.Context, root *cobra.Command, args []string, stderr io.Writer) int {
	root.SetArgs(args)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	answerForGroups(root)
	started := false
	pre := root.PersistentPreRunE
	root.PersistentPreRunE = func(cmd *cobra.Command, args []string) error {
		// cobra looks at these after this hook, when it would count as a failed operation.
		if err := cmd.ValidateRequiredFlags(); err != nil {
			return err
		}
		started = true
		if pre != nil {
			return pre(cmd, args)
		}
		return nil
	}
	chosen, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	var usage usageError
	wrongUsage := !started || errors.As(err, &usage)
	if wrongUsage && !strings.Contains(err.Error(), " - ") { // cobra's own words, or a command's without an advice
		err = misused(chosen, err.Error())
	}
	fmt.Fprintln(stderr, "error:", err)
	if wrongUsage {
		return 2
	}
	return 1
}

// misused is wrong usage of a command, with the way to its help.
func misused(c *cobra.Command, what string) error {
	return usageError{&Failure{What: strings.Join(strings.Fields(what), " "), Do: "run " + c.CommandPath() + " --help"}}
}

func answerForGroups(c *cobra.Command) {
	if !c.Runnable() { // cobra would print its help and call that done
		c.Args, c.RunE = cobra.ArbitraryArgs, chooseCommand
	}
	for _, sub := range c.Commands() {
		answerForGroups(sub)
	}
}

// chooseCommand is what a command does that only holds others.
func chooseCommand(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misused(c, fmt.Sprintf("unknown command %q for %q", args[0], c.CommandPath()))
	}
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return misused(c, c.CommandPath()+" needs a command: "+strings.Join(names, ", "))
}

// Printer writes one JSON object a line, without escaping <, > and &, which stand in marking codes.
func Printer(w io.Writer) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}
