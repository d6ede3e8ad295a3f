package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"kassa/app/journal"
)

func (w *writer) evidence(e *journal.Evidence) {
	w.exec(`INSERT INTO checks (at, receipt_id, line, gtin, ki, decision, source, reason, overtime, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		ms(e.At), e.ReceiptID, e.Line, e.GTIN, e.KI, e.Verdict.Decision, e.Verdict.Source, string(e.Verdict.Reason), e.Overtime, w.json(e))
}

// evidenceRows is how many rows Evidence gives when the query has no limit.
const evidenceRows = 100

// Evidence reads a page of the book of checks, the newest first.
func (s *Store) Evidence(ctx context.Context, q journal.EvidenceQuery) ([]journal.Evidence, error) {
	if q.Limit <= 0 {
		q.Limit = evidenceRows
	}
	var found []journal.Evidence
	err := s.EachEvidence(ctx, q, func(e journal.Evidence) error {
		found = append(found, e)
		return nil
	})
	return found, err
}

// EachEvidence gives the rows of the book of checks to each, one by one, the newest first; without a limit
// all of them. All are of one moment. An error of each ends it and is returned as it is.
func (s *Store) EachEvidence(ctx context.Context, q journal.EvidenceQuery, each func(journal.Evidence) error) error {
	if q.Limit <= 0 {
		q.Limit = -1
	}
	query, args := evidenceSelect(q)
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("read the book of checks: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		e, err := scanEvidence(rows)
		if err != nil {
			return fmt.Errorf("read the book of checks: %w", err)
		}
		if err := each(e); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the book of checks: %w", err)
	}
	return nil
}

func scanEvidence(rows *sql.Rows) (journal.Evidence, error) {
	var e journal.Evidence
	var body sql.RawBytes
	var seq int64
	var document uint32
	if err := rows.Scan(&seq, &body, &document); err != nil {
		return e, err
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return e, fmt.Errorf("row %d: %w", seq, err)
	}
	e.Seq, e.Document = seq, document
	return e, nil
}

// CountEvidence is how many rows a query finds, whatever its Limit.
func (s *Store) CountEvidence(ctx context.Context, q journal.EvidenceQuery) (int, error) {
	from, args := evidenceFrom(q)
	var n int
	if err := s.read.QueryRowContext(ctx, "SELECT count(*)"+from, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count the book of checks: %w", err)
	}
	return n, nil
}

// evidenceSelect finds the numbers of the rows first, in an index as far as it goes, and then reads these
// rows only.
func evidenceSelect(q journal.EvidenceQuery) (query string, args []any) {
	from, args := evidenceFrom(q)
	return `SELECT c.seq, c.body, iif(coalesce(json_extract(l.body, '$.Removed'), 0), 0, coalesce(r.document, 0)) FROM checks c
		LEFT JOIN receipts r ON r.id = c.receipt_id LEFT JOIN lines l ON l.receipt_id = c.receipt_id AND l.no = c.line
		WHERE c.seq IN (SELECT seq` + from + ` ORDER BY seq DESC LIMIT ?) ORDER BY c.seq DESC`, append(args, q.Limit)
}

// evidenceFrom turns a query into table and condition. The index is named, because SQLite, for the sake of the
// order, else likes to walk through the rows themselves: the narrowest of what is asked leads.
func evidenceFrom(q journal.EvidenceQuery) (from string, args []any) {
	var parts []string
	add := func(condition string, values ...any) {
		parts = append(parts, condition)
		args = append(args, values...)
	}
	const period = " INDEXED BY checks_at"
	index := ""
	switch {
	case q.ReceiptID != "":
		index = " INDEXED BY checks_receipt"
	case q.KI != "":
		index = " INDEXED BY checks_ki"
	case q.GTIN != "":
		index = " INDEXED BY checks_gtin"
	case !q.Since.IsZero() || !q.Before.IsZero() || q.Decision != 0 || q.Source != 0 || q.Reason != "" || q.Overtime:
		index = period
	}
	if !q.Since.IsZero() || index == period {
		add("at >= ?", ms(q.Since))
	}
	if !q.Before.IsZero() {
		add("at < ?", ms(q.Before))
	}
	if q.ReceiptID != "" {
		add("receipt_id = ?", q.ReceiptID)
	}
	if q.GTIN != "" {
		add("gtin = ?", q.GTIN)
	}
	if q.KI != "" {
		add("ki >= ? AND ki < ?", q.KI, q.KI+"\U0010FFFF")
	}
	if q.Decision != 0 {
		add("decision = ?", q.Decision)
	}
	if q.Source != 0 {
		add("source = ?", q.Source)
	}
	if q.Reason != "" {
		add("reason = ?", string(q.Reason))
	}
	if q.Overtime {
		add("overtime = 1")
	}
	if q.Under > 0 {
		add("seq < ?", q.Under)
	}
	if len(parts) > 0 {
		index += " WHERE "
	}
	return " FROM checks" + index + strings.Join(parts, " AND "), args
}

// trimRows is how many rows one transaction of TrimEvidence takes: a sale waits for one at most.
const trimRows = 20

// trimOldest takes the first rows of the book, as far as they are old: a row of a clock that was wrong stands among
// young ones and stays with them.
const trimOldest = `WITH first AS (SELECT seq, at FROM checks ORDER BY seq LIMIT ?2)
	DELETE FROM checks WHERE seq IN (SELECT seq FROM first WHERE at < ?1
		AND seq < coalesce((SELECT min(seq) FROM first WHERE at >= ?1), seq + 1))`

// TrimEvidence takes rows of the book of checks that are older than before, at most this many, and tells how
// many it took. It works in small transactions, between which sales get their turn.
func (s *Store) TrimEvidence(ctx context.Context, before time.Time, most int) (int, error) {
	taken := 0
	for taken < most {
		batch := min(trimRows, most-taken)
		r, err := s.write.ExecContext(ctx, trimOldest, ms(before), batch)
		if err != nil {
			return taken, fmt.Errorf("trim the book of checks: %w", err)
		}
		n, err := r.RowsAffected()
		if err != nil {
			return taken, fmt.Errorf("trim the book of checks: %w", err)
		}
		taken += int(n)
		if n < int64(batch) {
			break
		}
	}
	return taken, nil
}
