package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"kassa/app/marking"
	"kassa/localmodule/api"
)

// ErrNoSoldBase is reported by a module that keeps no list of sold codes: version 1 has no methods for it.
// The news must wait until the module is replaced.
var ErrNoSoldBase = errors.New("the module keeps no list of sold codes")

// Sold tells the module that codes were sold, by КИ. Telling it twice changes nothing.
func (c *Client) Sold(ctx context.Context, ki []string) error {
	results, err := c.tell(ctx, api.PathSell, http.StatusCreated, ki)
	if err != nil {
		return fmt.Errorf("tell sold codes: %w", err)
	}
	for i, r := range results {
		if !r.Success {
			return fmt.Errorf("tell sold codes: %w", fault(marking.FaultBadRequest, "the module did not take code %d of %d", i+1, len(results)))
		}
	}
	return nil
}

// Returned tells the module that codes came back, by КИ. A code that the module does not know is no error:
// it may have been forgotten after 30 days, or told before.
func (c *Client) Returned(ctx context.Context, ki []string) error {
	if _, err := c.tell(ctx, api.PathReturn, http.StatusOK, ki); err != nil {
		return fmt.Errorf("tell returned codes: %w", err)
	}
	return nil
}

// tell sends codes in portions of what a module takes at once.
func (c *Client) tell(ctx context.Context, path string, good int, ki []string) ([]api.SoldResult, error) {
	var all []api.SoldResult
	for len(ki) > 0 {
		n := min(len(ki), api.MaxCodes)
		q, err := post(path, api.CISList{CISList: ki[:n]}, good)
		if err != nil {
			return nil, err
		}
		var answer api.SoldAnswer
		if _, err := c.ask(ctx, q, &answer); err != nil {
			if notThere(err) {
				err = fmt.Errorf("%w: %w", ErrNoSoldBase, err)
			}
			return nil, err
		}
		if len(answer.Results) != n {
			return nil, fault(marking.FaultGarbage, "%d results for %d codes", len(answer.Results), n)
		}
		all, ki = append(all, answer.Results...), ki[n:]
	}
	return all, nil
}
