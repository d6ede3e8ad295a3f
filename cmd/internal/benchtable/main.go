// Command benchtable runs the project's benchmarks and prints their medians, each beside the baseline it was
// measured with in the same run. It is `make bench`, not a program of the product.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// row compares one benchmark with another of the same package.
type row struct {
	title, bench string
	baseline     string // empty: no ratio
	what         string // the baseline in words
}

// group is one package's benchmarks, run together.
type group struct {
	pkg  string
	rows []row
}

var groups = []group{
	{"./cmd/internal/wire", []row{
		{"scan to verdict, the centre answers at once", "ScanToVerdict/online", "BareRequest", "bare HTTP request"},
		{"scan to verdict, module only (no internet)", "ScanToVerdict/module", "BareRequest", "bare HTTP request"},
		{"scan to verdict, breaker open, module", "ScanToVerdict/breaker-open", "BareRequest", "bare HTTP request"},
	}},
	{"./localmodule/server", []row{
		{"module look-up, one free code, 1 M blocked", "OutCheck/1_free_code", "EmptyHandler", "empty handler, same server"},
		{"module look-up, one blocked code", "OutCheck/1_blocked_code", "EmptyHandler", "empty handler, same server"},
		{"module look-up, 100 free codes", "OutCheck/100_free_codes", "EmptyHandler", "empty handler, same server"},
	}},
	{"./app/store", []row{
		{"receipt of five lines committed", "ReceiptCommit", "BareFsync", "bare write + fsync"},
	}},
	{"./app/marking", []row{
		{"read a marking code (milk)", "Parse/milk", "", ""},
		{"read a marking code (clothes, 44-character check)", "Parse/clothes", "", ""},
		{"mend one whose GS were lost", "Parse/clothes_without_GS", "Parse/clothes", "the same, whole"},
		{"decide", "Decide", "", ""},
	}},
}

func main() {
	goCommand := flag.String("go", "go", "go command")
	count := flag.Int("count", 5, "runs of each benchmark; the median is shown")
	flag.Parse()
	if err := run(*goCommand, *count); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(goCommand string, count int) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "what\tmedian\tper second\tbaseline\tits median\tratio\t")
	for _, g := range groups {
		medians, err := measure(goCommand, g.pkg, count)
		if err != nil {
			return err
		}
		for _, r := range g.rows {
			m, ok := medians[r.bench]
			if !ok {
				return fmt.Errorf("%s has no benchmark %s", g.pkg, r.bench)
			}
			fmt.Fprintf(w, "%s\t%s\t%.0f\t", r.title, show(m), 1e9/m)
			if r.baseline == "" {
				fmt.Fprint(w, "\t\t\t\n")
				continue
			}
			base, ok := medians[r.baseline]
			if !ok {
				return fmt.Errorf("%s has no benchmark %s", g.pkg, r.baseline)
			}
			fmt.Fprintf(w, "%s\t%s\t%.2f×\t\n", r.what, show(base), m/base)
		}
	}
	return w.Flush()
}

func show(ns float64) string { return time.Duration(ns).Round(10 * time.Nanosecond).String() }

var line = regexp.MustCompile(`(?m)^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+([0-9.]+) ns/op`)

// measure gives the median of ns/op by name without the prefix and the number of processors.
func measure(goCommand, pkg string, count int) (map[string]float64, error) {
	cmd := exec.Command(goCommand, "test", "-tags", "ci", "-run", "^$", "-bench", ".", "-count", strconv.Itoa(count), pkg)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("benchmarks of %s: %w\n%s%s", pkg, err, out.String(), errOut.String())
	}
	all := map[string][]float64{}
	for _, m := range line.FindAllStringSubmatch(out.String(), -1) {
		ns, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			return nil, err
		}
		all[strings.TrimSpace(m[1])] = append(all[strings.TrimSpace(m[1])], ns)
	}
	medians := map[string]float64{}
	for name, ns := range all {
		slices.Sort(ns)
		medians[name] = ns[len(ns)/2]
	}
	return medians, nil
}
