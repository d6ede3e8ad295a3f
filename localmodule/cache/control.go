package cache

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kassa/app/feed"
)

// control is the small database that says what is true of this folder. One connection; every call is one
// transaction that is on the disk when it returns.
type control struct{ db *sql.DB }

// row is the applied version of a list.
type row struct {
	head  feed.Head
	file  string // empty: the set was lost, the head is still the oldest to believe
	bytes int64
}

// SyncState is how the last syncs went. Zero times: none yet.
type SyncState struct {
	LastUpdate time.Time // start of the last one
	LastSync   time.Time // end of the last good one
	LastError  string    // of the last one, empty when it was good
}

// Trust is whose heads are believed.
type Trust struct {
	Root feed.Trust
	Keys feed.Keys // zero before the first contact with the upstream
}

func (c *control) owner(ctx context.Context) (o Owner, found bool, err error) {
	err = c.db.QueryRowContext(ctx, "SELECT inst, inn, login, password, token, upstream, allow_basic, test FROM module").
		Scan(&o.Inst, &o.INN, &o.Login, &o.Password, &o.Token, &o.Upstream, &o.AllowBasic, &o.Test)
	if errors.Is(err, sql.ErrNoRows) {
		return Owner{}, false, nil
	}
	if err != nil {
		return Owner{}, false, fmt.Errorf("read owner: %w", err)
	}
	return o, true, nil
}

func (c *control) setOwner(ctx context.Context, o Owner) error {
	_, err := c.db.ExecContext(ctx, "INSERT OR REPLACE INTO module VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
		o.Inst, o.INN, o.Login, o.Password, o.Token, o.Upstream, o.AllowBasic, o.Test)
	if err != nil {
		return fmt.Errorf("store owner: %w", err)
	}
	return nil
}

func (c *control) trust(ctx context.Context) (t Trust, found bool, err error) {
	var root, keys string
	err = c.db.QueryRowContext(ctx, "SELECT trust, keys FROM trust").Scan(&root, &keys)
	if errors.Is(err, sql.ErrNoRows) {
		return Trust{}, false, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(root), &t.Root)
	}
	if err == nil && keys != "" {
		err = json.Unmarshal([]byte(keys), &t.Keys)
	}
	if err != nil {
		return Trust{}, false, fmt.Errorf("read trust: %w", err)
	}
	return t, true, nil
}

func (c *control) setTrust(ctx context.Context, t Trust) error {
	root, err := json.Marshal(t.Root)
	if err != nil {
		return fmt.Errorf("store trust: %w", err)
	}
	var keys []byte
	if t.Keys.Version > 0 {
		if keys, err = json.Marshal(t.Keys); err != nil {
			return fmt.Errorf("store trust: %w", err)
		}
	}
	if _, err := c.db.ExecContext(ctx, "INSERT OR REPLACE INTO trust VALUES (1, ?, ?)", string(root), string(keys)); err != nil {
		return fmt.Errorf("store trust: %w", err)
	}
	return nil
}

func (c *control) lists(ctx context.Context) (map[feed.List]row, error) {
	rows, err := c.db.QueryContext(ctx, "SELECT name, head, file, bytes FROM list")
	if err != nil {
		return nil, fmt.Errorf("read lists: %w", err)
	}
	defer rows.Close()
	found := map[feed.List]row{}
	for rows.Next() {
		var name, head string
		var r row
		if err := rows.Scan(&name, &head, &r.file, &r.bytes); err != nil {
			return nil, fmt.Errorf("read lists: %w", err)
		}
		if err := json.Unmarshal([]byte(head), &r.head); err != nil {
			return nil, fmt.Errorf("read head of %s: %w", name, err)
		}
		found[feed.List(name)] = r
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read lists: %w", err)
	}
	return found, nil
}

// setLists is the one commit that switches to a new version.
func (c *control) setLists(ctx context.Context, lists map[feed.List]loaded, at, floor time.Time) error {
	err := inTx(ctx, c.db, func(tx *sql.Tx) error {
		for name, l := range lists {
			head, err := json.Marshal(l.head)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO list VALUES (?, ?, ?, ?)", string(name), string(head), l.base.file, l.base.bytes); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, "UPDATE sync SET last_sync = ?, last_error = '', floor = ?", at.UnixMilli(), floor.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("switch lists: %w", err)
	}
	return nil
}

// dropList forgets the file of a list and keeps its head, so that nothing older is ever taken.
func (c *control) dropList(ctx context.Context, name feed.List) error {
	if _, err := c.db.ExecContext(ctx, "UPDATE list SET file = '', bytes = 0 WHERE name = ?", string(name)); err != nil {
		return fmt.Errorf("drop list %s: %w", name, err)
	}
	return nil
}

func (c *control) syncState(ctx context.Context) (s SyncState, floor time.Time, err error) {
	var update, sync, low int64
	err = c.db.QueryRowContext(ctx, "SELECT last_update, last_sync, last_error, floor FROM sync").Scan(&update, &sync, &s.LastError, &low)
	if err != nil {
		return SyncState{}, time.Time{}, fmt.Errorf("read sync state: %w", err)
	}
	s.LastUpdate, s.LastSync = fromMilli(update), fromMilli(sync)
	return s, fromMilli(low), nil
}

func (c *control) setSyncStarted(ctx context.Context, at time.Time) error {
	return c.set(ctx, "UPDATE sync SET last_update = ?", at.UnixMilli())
}

func (c *control) setSyncFailed(ctx context.Context, why string) error {
	return c.set(ctx, "UPDATE sync SET last_error = ?", why)
}

func (c *control) setFloor(ctx context.Context, floor time.Time) error {
	return c.set(ctx, "UPDATE sync SET floor = ?", floor.UnixMilli())
}

func (c *control) set(ctx context.Context, query string, arg any) error {
	if _, err := c.db.ExecContext(ctx, query, arg); err != nil {
		return fmt.Errorf("store sync state: %w", err)
	}
	return nil
}

// fromMilli reads a stored instant; 0 is none.
func fromMilli(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
