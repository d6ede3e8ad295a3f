package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kassa/cmd/internal/cli"
	"kassa/device/devicesim"
)

// scannerCommand is `lab scanner`: codes on stdin come out of a simulated scanner.
func scannerCommand() *cobra.Command {
	var listen, prefix, suffix string
	var speed int
	cmd := &cobra.Command{
		Use:   "scanner",
		Short: "A simulated scanner: sends the codes that it reads on stdin",
		Long: `A simulated scanner on a pseudo-terminal. Reads codes on stdin, one a line, and sends each when a program has the
port open; \x1d and <GS> in a code stand for the separator GS. Prints "listening on pty:PATH"; after the end of stdin it
stays plugged in until SIGTERM.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, isPTY := strings.CutPrefix(listen, "pty:")
			if !isPTY || path == "" {
				return cli.Usage("--listen %q is not pty:PATH", listen)
			}
			if speed < 0 {
				return cli.Usage("--speed %d is negative", speed)
			}
			opts := devicesim.ScannerOptions{Speed: speed}
			var err error
			if opts.Prefix, err = frameBytes(prefix); err != nil {
				return cli.Usage("--prefix: %w", err)
			}
			if opts.Suffix, err = frameBytes(suffix); err != nil {
				return cli.Usage("--suffix: %w", err)
			}
			return serveScanner(cmd.Context(), path, opts, cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "", "pty:PATH, PATH becomes a link to the pty (Linux only)")
	cmd.Flags().StringVar(&prefix, "prefix", "", `bytes before every code; escapes as in Go: \x02, \t`)
	cmd.Flags().StringVar(&suffix, "suffix", `\r`, `bytes after every code; escapes as in Go: \r, \n, \x03`)
	cmd.Flags().IntVar(&speed, "speed", 0, "baud of the serial line; 0: no pacing")
	cobra.CheckErr(cmd.MarkFlagRequired("listen"))
	return cmd
}

// frameBytes reads the escapes of --prefix and --suffix.
func frameBytes(s string) ([]byte, error) {
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	if err != nil {
		return nil, fmt.Errorf("%q holds an escape that is none", s)
	}
	return []byte(text), nil
}

// unescapeGS puts the separator where it was written out.
func unescapeGS(line []byte) []byte {
	for _, written := range []string{`\x1d`, `\x1D`, `<GS>`} {
		line = bytes.ReplaceAll(line, []byte(written), []byte{0x1D})
	}
	return line
}

// maxStdinLine bounds one line of stdin: a code, its separators written out.
const maxStdinLine = 16 << 10

func serveScanner(ctx context.Context, path string, opts devicesim.ScannerOptions, in io.Reader, out io.Writer) error {
	scanner, err := devicesim.NewScanner(path, opts)
	if err != nil {
		return &cli.Failure{What: err.Error(), Do: "choose another path with --listen"}
	}
	fmt.Fprintf(out, "listening on pty:%s\n", scanner.Path())
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	served := make(chan error, 1)
	go func() { served <- scanner.Serve(ctx) }()
	fed := make(chan error, 1) // a read of stdin cannot be broken off: it is left behind at the end
	go func() { fed <- feedScanner(ctx, scanner, in) }()
	for {
		select {
		case err := <-served:
			return err
		case err := <-fed:
			if err != nil {
				cancel()
				return errors.Join(err, <-served)
			}
			fed = nil // the end of stdin: the scanner stays plugged in
		}
	}
}

func feedScanner(ctx context.Context, scanner *devicesim.Scanner, in io.Reader) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 1024), maxStdinLine)
	for lines.Scan() {
		line := bytes.TrimSuffix(lines.Bytes(), []byte("\r"))
		if len(line) == 0 {
			continue
		}
		if err := scanner.Send(ctx, unescapeGS(line)); err != nil && ctx.Err() == nil {
			return err
		} else if err != nil {
			return nil
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read codes: %w", err)
	}
	return nil
}
