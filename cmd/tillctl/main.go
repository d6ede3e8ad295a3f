// Command tillctl is the till without a window: scripts, diagnostics, administration. Pure Go.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"kassa/app/config"
	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/cmd/internal/cli"
	"kassa/cmd/internal/wire"
)

func main() { cli.Main(newRoot(os.Stdin, os.Stdout, os.Stderr)) }

// streams are the process's own; tests give others.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func newRoot(in io.Reader, out, errOut io.Writer) *cobra.Command {
	s := streams{in, out, errOut}
	root := &cobra.Command{
		Use:   "tillctl",
		Short: "The till without a window: scripts, diagnostics, administration",
		Args:  cobra.NoArgs,
	}
	root.SetOut(out)
	root.SetErr(errOut)
	root.AddCommand(codeCommand(s), checkCommand(s), shiftCommand(s), sellCommand(s), recoverCommand(s),
		receiptsCommand(s), verifyCommand(s), initCommand(s), tokenCommand(s), historyCommand(s), rulesCommand(s),
		doctorCommand(s), emergencyCommand(s), gatewayCommand(s),
		evidenceCommand(s), quarantineCommand(s), stockCommand(s))
	return root
}

// common flags of the commands that work on a till.
type common struct {
	config  string
	as      string
	json    bool
	verbose bool
}

func (c *common) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.config, "config", "till.yaml", "settings of the till")
	cmd.Flags().BoolVar(&c.json, "json", false, "print JSON, one object a line, and nothing else")
	cmd.Flags().BoolVar(&c.verbose, "verbose", false, "log to stderr")
}

func (c *common) actFlags(cmd *cobra.Command) {
	c.flags(cmd)
	cmd.Flags().StringVar(&c.as, "as", "", "who acts, by name; the PIN comes from TILLCTL_PIN or from the file that the settings name")
}

func (c *common) log(s streams) *slog.Logger {
	if !c.verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// open starts the till and waits until it knows what the last run left unfinished.
func (c *common) open(ctx context.Context, s streams) (*wire.Till, sale.Snapshot, error) {
	t, err := wire.OpenWithoutScanners(ctx, c.config, c.log(s))
	if err != nil {
		return nil, sale.Snapshot{}, explain(withoutData(err))
	}
	snapshot, err := t.WaitFor(ctx, func(s sale.Snapshot) bool { return s.Recovered != nil })
	if err != nil {
		return nil, sale.Snapshot{}, errors.Join(explain(err), t.Close())
	}
	return t, snapshot, nil
}

// withoutData says what to do about a till that has no folder of data: no lock can be put there.
func withoutData(err error) error {
	var file *fs.PathError
	if errors.As(err, &file) && errors.Is(file.Err, fs.ErrNotExist) && filepath.Base(file.Path) == wire.LockFile {
		return &cli.Failure{What: "there is no folder " + filepath.Dir(file.Path), Do: "correct data in the settings, or make the till with tillctl init"}
	}
	return err
}

// login is who acts: --as, or the name in the settings; its PIN never comes from the command line.
func (c *common) login(ctx context.Context, t *wire.Till) error {
	name := c.as
	if name == "" {
		name = t.Config.ActAs.Name
	}
	if name == "" {
		return cli.Usage("nobody acts: name a person with --as or in the settings (act_as)")
	}
	pin := os.Getenv("TILLCTL_PIN")
	if pin == "" && t.Config.ActAs.PINFile != "" && name == t.Config.ActAs.Name {
		var err error
		if pin, err = t.Config.Secret(t.Config.ActAs.PINFile); err != nil {
			return explain(err)
		}
	}
	return t.Do(ctx, sale.Login{Person: name, PIN: pin})
}

// explain turns an error into the contract's one line: what happened - what to do.
func explain(err error) error {
	if err == nil {
		return nil
	}
	var known *till.Error
	var failure *cli.Failure
	var setting *config.Error
	switch {
	case errors.As(err, &failure):
		return err
	case errors.As(err, &setting):
		return &cli.Failure{What: setting.Error(), Do: setting.Do}
	case errors.As(err, &known):
		m := texts.Error(err)
		return &cli.Failure{What: fmt.Sprintf("%s (%s)", m.Headline, known.Code), Do: m.Body}
	case errors.Is(err, wire.ErrTaken):
		return &cli.Failure{What: err.Error(), Do: "close the till's window, or wait for the other command"}
	}
	return err
}

// load reads the settings for commands that need no running till.
func (c *common) load() (*config.Config, error) {
	conf, err := config.Load(c.config)
	return conf, explain(err)
}
