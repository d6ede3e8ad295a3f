package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"kassa/app/config"
	"kassa/app/staff"
	"kassa/app/store"
	"kassa/app/till"
	"kassa/cmd/internal/cli"
)

// administrator is the first person of a till; others are added by him.
const administrator = "Администратор"

func initCommand(s streams) *cobra.Command {
	var dir, inn, name string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Make the settings and the database of a new till",
		Long: "Makes till.yaml and the database in a folder, with one person: «" + administrator + "». His PIN (4 to 6 digits) is asked\n" +
			"on the terminal, or taken from TILLCTL_PIN; there is no default.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !till.ValidINN(inn) {
				return cli.Usage("--inn %q is no ИНН: its check digit is wrong", inn)
			}
			if strings.TrimSpace(name) == "" {
				return cli.Usage("--name is empty: name the organisation")
			}
			return initTill(cmd.Context(), s, dir, inn, name, asJSON)
		},
	}
	f := cmd.Flags()
	f.StringVar(&dir, "dir", "", "folder to make the till in")
	f.StringVar(&inn, "inn", "", "ИНН of the organisation")
	f.StringVar(&name, "name", "", "name of the organisation")
	f.BoolVar(&asJSON, "json", false, "print one JSON object")
	for _, required := range []string{"dir", "inn", "name"} {
		_ = cmd.MarkFlagRequired(required) // it exists
	}
	return cmd
}

func initTill(ctx context.Context, s streams, dir, inn, name string, asJSON bool) (err error) {
	file := filepath.Join(dir, "till.yaml")
	if _, err := os.Stat(file); err == nil {
		return &cli.Failure{What: "the folder holds a till already", Do: "choose another folder"}
	}
	pin, err := newPIN(s)
	if err != nil {
		return err
	}
	if _, err := staff.HashPIN(pin); err != nil {
		return &cli.Failure{What: err.Error(), Do: "choose another PIN"}
	}
	db, err := store.Open(ctx, filepath.Join(dir, "data"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	person := till.Person{ID: uuid.Must(uuid.NewV7()).String(), Name: administrator, Role: staff.Administrator}
	if err := db.AddPerson(ctx, person, pin); err != nil {
		return err
	}
	c := config.Config{
		Version: config.Version, Data: "data",
		Till:         config.Till{Name: "Касса 1"},
		Organisation: config.Organisation{Name: name, INN: inn, TaxSystem: "osn"},
		ActAs:        config.ActAs{Name: administrator},
		Marking:      config.Marking{Online: config.Online{TokenFile: "token"}, NoAnswer: "forbid"},
	}
	// The settings come last: a folder with them is a whole till.
	if err := c.Save(file); err != nil {
		return err
	}
	if asJSON {
		return cli.Printer(s.out).Encode(map[string]string{"config": file})
	}
	_, err = fmt.Fprintf(s.out, "made %s\n", file)
	return err
}

// newPIN is TILLCTL_PIN, or what is typed twice on the terminal.
func newPIN(s streams) (string, error) {
	if pin := os.Getenv("TILLCTL_PIN"); pin != "" {
		return pin, nil
	}
	in, ok := s.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return "", &cli.Failure{What: "no PIN for the administrator", Do: "set TILLCTL_PIN, or run on a terminal"}
	}
	var typed [2]string
	for i, prompt := range []string{"PIN: ", "PIN again: "} {
		fmt.Fprint(s.err, prompt)
		b, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(s.err)
		if err != nil {
			return "", fmt.Errorf("read PIN: %w", err)
		}
		typed[i] = string(b)
	}
	if typed[0] != typed[1] {
		return "", &cli.Failure{What: "the PINs differ", Do: "run the command again"}
	}
	return typed[0], nil
}

// maxSecret is the longest secret that is read from stdin.
const maxSecret = 64 << 10

// readSecret reads one line from stdin.
func readSecret(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, maxSecret)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read stdin: %w", err)
	}
	return strings.TrimSpace(line), nil
}
