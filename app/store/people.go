package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"kassa/app/staff"
	"kassa/app/till"
)

// AddPerson writes a new person; the PIN is kept as a hash only.
func (s *Store) AddPerson(ctx context.Context, p till.Person, pin string) error {
	hash, err := staff.HashPIN(pin)
	if err != nil {
		return err
	}
	_, err = s.write.ExecContext(ctx, "INSERT INTO people (id, name, inn, role, pin) VALUES (?, ?, ?, ?, ?)", p.ID, p.Name, p.INN, p.Role, hash)
	if err != nil {
		return fmt.Errorf("add %s: %w", p.Name, err)
	}
	return nil
}

// People who may stand at the till, by role and name.
func (s *Store) People(ctx context.Context) ([]till.Person, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id, name, inn, role FROM people ORDER BY role, name")
	if err != nil {
		return nil, fmt.Errorf("list people: %w", err)
	}
	defer rows.Close()
	var found []till.Person
	for rows.Next() {
		var p till.Person
		if err := rows.Scan(&p.ID, &p.Name, &p.INN, &p.Role); err != nil {
			return nil, fmt.Errorf("list people: %w", err)
		}
		found = append(found, p)
	}
	return found, rows.Err()
}

// Verify checks a PIN of a person, named by id or by name. Wrong tries are counted on disk, so a restart
// does not give new ones. till.LoginWrong tells in Args how many tries are left, till.LoginPaused when
// the next one is allowed.
func (s *Store) Verify(ctx context.Context, person, pin string, now time.Time) (till.Person, time.Time, error) {
	var p till.Person
	var hash string
	var wrong int
	var pausedUntil int64
	err := s.read.QueryRowContext(ctx, "SELECT id, name, inn, role, pin, wrong, paused_until FROM people WHERE id = ?1 OR name = ?1", person).
		Scan(&p.ID, &p.Name, &p.INN, &p.Role, &hash, &wrong, &pausedUntil)
	if errors.Is(err, sql.ErrNoRows) {
		return till.Person{}, time.Time{}, till.Fail(till.LoginWrong, "")
	}
	if err != nil {
		return till.Person{}, time.Time{}, fmt.Errorf("read person: %w", err)
	}
	if until := time.UnixMilli(pausedUntil); now.Before(until) {
		return till.Person{}, until, till.Fail(till.LoginPaused, until.Format(time.RFC3339))
	}
	if staff.VerifyPIN(hash, pin) {
		if wrong > 0 {
			err = s.setTries(ctx, p.ID, 0, time.Time{})
		}
		return p, time.Time{}, err
	}
	wrong++
	var until time.Time
	if pause := staff.Pause(wrong); pause > 0 {
		until = now.Add(pause)
	}
	if err := s.setTries(ctx, p.ID, wrong, until); err != nil {
		return till.Person{}, time.Time{}, err
	}
	if !until.IsZero() {
		return till.Person{}, until, till.Fail(till.LoginPaused, until.Format(time.RFC3339))
	}
	return till.Person{}, time.Time{}, till.Fail(till.LoginWrong, fmt.Sprint(staff.FreeTries-wrong))
}

func (s *Store) setTries(ctx context.Context, id string, wrong int, until time.Time) error {
	_, err := s.write.ExecContext(ctx, "UPDATE people SET wrong = ?, paused_until = ? WHERE id = ?", wrong, ms(until), id)
	if err != nil {
		return fmt.Errorf("count wrong PINs: %w", err)
	}
	return nil
}
