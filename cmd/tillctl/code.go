package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"kassa/app/marking"
	"kassa/cmd/internal/cli"
)

func codeCommand(s streams) *cobra.Command {
	code := &cobra.Command{Use: "code", Short: "What codes mean", Args: cobra.NoArgs}
	var asJSON bool
	var c common
	parse := &cobra.Command{
		Use:   "parse",
		Short: "Read scans from stdin, one a line, and print what each means",
		Long: "Reads scans from stdin, one a line, raw bytes: GS as byte 1D, or written out as \\x1d or <GS>.\n" +
			"Prints one JSON object a line. With --config labels of scales are read as the shop's settings say.",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			parser, err := c.parser()
			if err != nil {
				return err
			}
			return parseCodes(parser, s.in, s.out)
		},
	}
	parse.Flags().StringVar(&c.config, "config", "", "settings of the till, for its labels of scales; without them the usual ones")
	parse.Flags().BoolVar(&asJSON, "json", false, "print JSON (the only form there is)")
	check := &cobra.Command{
		Use:   "check",
		Short: "Prove labels from stdin, one a line, by the whole GS1 table",
		Long: "Reads labels from stdin, one a line, as scanned or with their AIs in brackets: (01)04612345678903(10)A17. Unlike\n" +
			"a scan, a label that is printed must keep every rule of GS1: values, required and excluded AIs.\n" +
			"Prints one JSON object a line: ok, the AI and the rule that is broken, and the text as a symbol holds it.\n" +
			"Exit code 1 when one of them breaks a rule.",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return checkLabels(s.in, s.out) },
	}
	check.Flags().BoolVar(&asJSON, "json", false, "print JSON (the only form there is)")
	code.AddCommand(parse, check)
	return code
}

// labelJSON is what `tillctl code check` prints.
type labelJSON struct {
	OK   bool   `json:"ok"`
	AI   string `json:"ai,omitempty"`
	Rule string `json:"rule,omitempty"` // unknown, value, twice, needs, excludes; no-elements when it is no label
	Text string `json:"text,omitempty"`
}

func checkLabels(in io.Reader, out io.Writer) error {
	r, print := bufio.NewReader(in), cli.Printer(out)
	labels, bad := 0, 0
	for {
		line, err := readScan(r)
		if len(line) > 0 {
			j := labelOf(line)
			labels++
			if !j.OK {
				bad++
			}
			if err := print.Encode(j); err != nil {
				return fmt.Errorf("print: %w", err)
			}
		}
		switch {
		case errors.Is(err, io.EOF) && bad > 0:
			return &cli.Failure{What: fmt.Sprintf("%d of %d labels break a rule of GS1", bad, labels), Do: "correct what makes them"}
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read labels: %w", err)
		}
	}
}

func labelOf(line []byte) labelJSON {
	scan, err := marking.Parse(line)
	if err != nil || len(scan.Elements) == 0 {
		return labelJSON{Rule: "no-elements"}
	}
	text, err := marking.ElementString(scan.Elements)
	var broken *marking.ElementError
	if errors.As(err, &broken) {
		return labelJSON{AI: broken.AI, Rule: string(broken.Rule)}
	}
	return labelJSON{OK: true, Text: text}
}

// parser reads scans with the labels of the settings, if there are any.
func (c *common) parser() (marking.Parser, error) {
	if c.config == "" {
		return marking.Parser{}, nil
	}
	conf, err := c.load()
	if err != nil {
		return marking.Parser{}, err
	}
	return conf.Parser()
}

func parseCodes(parser marking.Parser, in io.Reader, out io.Writer) error {
	r := bufio.NewReaderSize(in, 64<<10)
	w := bufio.NewWriterSize(out, 64<<10)
	var line, text []byte // used again for every scan
	for {
		var err error
		line, err = readScanInto(line[:0], r)
		if err == nil {
			scan, unread := parser.Parse(line)
			text = appendScan(text[:0], &scan, unread)
			if _, err := w.Write(text); err != nil {
				return fmt.Errorf("print: %w", err)
			}
		}
		if r.Buffered() == 0 || err != nil { // a person or a pipe is waiting for the answer
			if err := w.Flush(); err != nil {
				return fmt.Errorf("print: %w", err)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read scans: %w", err)
		}
	}
}

// readScan reads a line without its end, into memory of its own.
func readScan(r *bufio.Reader) ([]byte, error) { return readScanInto(nil, r) }

// readScanInto reads a line without its end and appends it to line. A last line without an end counts; io.EOF says
// that there is none. What is longer than a scan may be is cut one byte above the limit, so that Parse says so, and
// the rest of the line is dropped.
func readScanInto(line []byte, r *bufio.Reader) ([]byte, error) {
	for {
		part, err := r.ReadSlice('\n')
		if room := marking.MaxScan + 1 - len(line); room > 0 {
			line = append(line, part[:min(len(part), room)]...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) && len(line) > 0 {
			err = nil
		}
		return bytes.TrimRight(line, "\r\n"), err
	}
}
