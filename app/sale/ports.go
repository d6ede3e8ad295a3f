package sale

import (
	"context"
	"time"

	"kassa/app/fiscal"
	"kassa/app/marking"
	"kassa/app/till"
)

// Printer is the fiscal printer as the engine needs it; device.FiscalPrinter fits.
type Printer interface {
	Status(ctx context.Context) (fiscal.Status, error)
	Mark(ctx context.Context) (fiscal.Mark, error)
	Register(ctx context.Context, doc fiscal.Document, mark fiscal.Mark) (fiscal.Registered, error)
	Settle(ctx context.Context, doc fiscal.Document, mark fiscal.Mark) (fiscal.Registered, error)
	Continue(ctx context.Context) error
}

// Online asks the central system about one code. It answers within ctx; whatever fails is a Fault in the answer.
type Online interface {
	Check(ctx context.Context, q marking.Query) marking.OnlineAnswer
}

// Module is the local module.
type Module interface {
	Check(ctx context.Context, q marking.Query) marking.ModuleAnswer
	// Sold and Returned tell it what happened, by КИ. Idempotent.
	Sold(ctx context.Context, ki []string) error
	Returned(ctx context.Context, ki []string) error
	// State says whether it may be used; the answer's Fault says why not, DataAt how old its data are.
	State(ctx context.Context) ModuleState
}

// ModuleState is the module's own word about itself.
type ModuleState struct {
	Fault  marking.Fault
	Detail string
	INN    string
	DataAt time.Time
}

// Ports are the engine's whole world. Module may be nil: not set up.
type Ports struct {
	Journal Journal
	Printer Printer
	// Online are the paths to the centre in the order in which they are asked; none: not set up.
	Online  []Online
	Module  Module
	Catalog Catalog
	Staff   Staff
}

// Prober is an Online that can be asked how it is without asking about a code.
type Prober interface {
	Probe(ctx context.Context) OnlineState
}

// Describer is an Online that can tell what it asks: Path, Site and Sent of a question, for the evidence of one
// that got no answer (guide §1.4.3).
type Describer interface {
	Asked(q marking.Query) marking.OnlineAnswer
}

// OnlineState is what a probe of the centre came to.
type OnlineState struct {
	Fault     marking.Fault
	Detail    string
	Emergency bool // 203: аварийная ситуация
	Confirmed bool // with Emergency: the host that announces it says so too, not one site alone
	// KeyUntil is the last day of the key, zero when it is not known.
	KeyUntil time.Time
}

// Catalog finds goods.
type Catalog interface {
	// ByBarcode finds by the digits under the bars, ByGTIN by the 14 digits of a marking code.
	// till.ItemUnknown when there is none.
	ByBarcode(ctx context.Context, barcode string) (till.Item, error)
	ByGTIN(ctx context.Context, gtin string) (till.Item, error)
	ByID(ctx context.Context, id string) (till.Item, error)
	// ByCode finds by the article number (PLU), as labels of scales carry it.
	ByCode(ctx context.Context, code string) (till.Item, error)
}

// Staff knows who may stand at the till.
type Staff interface {
	People(ctx context.Context) ([]till.Person, error)
	// Verify checks a PIN. till.LoginWrong, or till.LoginPaused with the moment when the next try is allowed.
	Verify(ctx context.Context, person, pin string, now time.Time) (till.Person, time.Time, error)
}
