package cli

import (
	"bytes"
	"errors"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

func TestExitCodesTellWrongUsageFromFailure(t *testing.T) {
	for name, c := range map[string]struct {
		args   []string
		code   int
		stderr string
	}{
		"done":                 {[]string{"work", "--file", "x"}, 0, ""},
		"the operation failed": {[]string{"work", "--file", "bad"}, 1, "error: no disk - free some space\n"},
		"a required flag":      {[]string{"work"}, 2, "error: required flag(s) \"file\" not set - run prog work --help\n"},
		"an unknown flag":      {[]string{"work", "--nix"}, 2, "error: unknown flag: --nix - run prog work --help\n"},
		"an unknown command":   {[]string{"play"}, 2, "error: unknown command \"play\" for \"prog\" - run prog --help\n"},
		"no command":           {nil, 2, "error: prog needs a command: work - run prog --help\n"},
		"an argument too many": {[]string{"work", "--file", "x", "y"}, 2, "error: unknown command \"y\" for \"prog work\" - run prog work --help\n"},
		"the command says so":  {[]string{"work", "--file", "odd"}, 2, "error: --file is odd - run prog work --help\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var file string
			work := &cobra.Command{Use: "work", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
				switch file {
				case "bad":
					return errors.Join(&Failure{What: "no disk", Do: "free some space"})
				case "odd":
					return Usage("--file is odd")
				}
				return nil
			}}
			work.Flags().StringVar(&file, "file", "", "")
			require.NoError(t, work.MarkFlagRequired("file"))
			root := &cobra.Command{Use: "prog", Args: cobra.NoArgs}
			root.AddCommand(work)
			var stderr bytes.Buffer
			require.Equal(t, c.code, Run(t.Context(), root, c.args, &stderr))
			require.Equal(t, c.stderr, stderr.String())
		})
	}
}

func TestJSONKeepsMarkingCodesReadable(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, Printer(&out).Encode(map[string]string{"km": "aB1?x<7>&\x1d93"}))
	require.Equal(t, "{\"km\":\"aB1?x<7>&\\u001d93\"}\n", out.String())
}
