package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kassa/cmd/internal/cli"
	"kassa/localmodule/api"
	"kassa/localmodule/server"
)

// statusPatience bounds the question to a module on the LAN.
const statusPatience = 10 * time.Second

func statusCommand() *cobra.Command {
	var data, url string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say whether checks may be used, how old the data are and how much there is",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (data == "") == (url == "") {
				return cli.Usage("give either --data or --url")
			}
			ask := func(ctx context.Context) (api.Status, error) { return statusOfFolder(ctx, data) }
			if url != "" {
				ask = func(ctx context.Context) (api.Status, error) { return statusByURL(ctx, url) }
			}
			st, err := ask(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return cli.Printer(cmd.OutOrStdout()).Encode(st)
			}
			printStatus(cmd.OutOrStdout(), st)
			return nil
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "the module's data folder; a server that runs on it is asked")
	cmd.Flags().StringVar(&url, "url", "", "address of a module on the LAN, http://host:5995")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object: the answer of /api/v2/status")
	return cmd
}

func statusOfFolder(ctx context.Context, dir string) (_ api.Status, err error) {
	log := logTo(io.Discard)
	c, control, err := openExisting(ctx, dir, log)
	if err != nil {
		return api.Status{}, err
	}
	if control != nil {
		st, err := control.Status(ctx)
		return st, explain(err)
	}
	owner, _ := c.Owner()
	srv := server.New(server.Settings{Cache: c, ServiceURL: owner.Upstream, Log: log})
	srv.Probe(ctx)
	return srv.Status(), c.Close()
}

func statusByURL(ctx context.Context, base string) (api.Status, error) {
	ctx, cancel := context.WithTimeout(ctx, statusPatience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(base, "/")+api.PathStatus, nil)
	if err != nil {
		return api.Status{}, cli.Usage("--url: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return api.Status{}, &cli.Failure{What: err.Error(), Do: "check the address and that the module runs"}
	}
	defer resp.Body.Close()
	var st api.Status
	if resp.StatusCode != http.StatusOK {
		return st, &cli.Failure{What: fmt.Sprintf("%s answered %d", base, resp.StatusCode), Do: "check that the address is that of a module"}
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&st); err != nil {
		return st, &cli.Failure{What: fmt.Sprintf("read answer of %s: %v", base, err), Do: "check that the address is that of a module"}
	}
	return st, nil
}

func printStatus(w io.Writer, st api.Status) {
	fmt.Fprintf(w, "status     %s\n", st.Status)
	fmt.Fprintf(w, "ИНН        %s\n", st.INN)
	fmt.Fprintf(w, "instance   %s\n", st.Inst)
	if st.AgeS != nil {
		fmt.Fprintf(w, "data age   %s, %d h to stop\n", time.Duration(*st.AgeS)*time.Second, *st.HoursToStop)
	}
	for _, list := range slices.Sorted(maps.Keys(st.DBState)) {
		l := st.DBState[list]
		fmt.Fprintf(w, "%-10s %d, version %d/%d\n", list, l.DocCount, l.Epoch, l.Seq)
	}
	fmt.Fprintf(w, "sold       %d\n", st.SoldCount)
	if st.LastError != "" {
		fmt.Fprintf(w, "last sync  %s\n", st.LastError)
	}
}
