package sale

import (
	"context"

	"kassa/app/journal"
	"kassa/app/money"
	"kassa/app/till"
)

// Journal is the till's durable memory. The engine is its only writer.
type Journal interface {
	// Load gives what a start needs.
	Load(ctx context.Context) (journal.Saved, error)
	// Commit writes one change in one transaction; when it returns nil the change survives a power cut.
	// When it returns an error nothing of the change was written.
	Commit(ctx context.Context, c journal.Change) error
	// Receipt reads one receipt; till.ReceiptMissing when there is none.
	Receipt(ctx context.Context, id string) (*till.Receipt, error)
	// Suspended receipts, oldest first.
	Suspended(ctx context.Context) ([]*till.Receipt, error)
	// Returned tells how much of each line of a sale was given back by closed returns.
	Returned(ctx context.Context, saleID string) (map[int]money.Millis, error)
	// Untold are sold and returned codes the module has not been told, oldest first.
	Untold(ctx context.Context, most int) ([]journal.CodeNews, error)
	// SoldHere tells when this till has sold the unit with this КИ, zero when it has not, or has taken it back since.
	SoldHere(ctx context.Context, ki string) (journal.SoldHere, error)
	// Suspect finds a unit on the list «Карантин»; the advice of the check of the stock goes first.
	Suspect(ctx context.Context, ki string) (journal.Suspect, bool, error)
}
